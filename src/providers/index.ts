export { atlassianConnect, type ConnectApi } from './atlassian-connect.js';
export { endpoint, type EndpointOptions } from './endpoint.js';
export { firstOf } from './first-of.js';
export { metaTag } from './meta-tag.js';
export type { TokenProvider, TokenRequest, TokenResult } from '../page/options.js';
