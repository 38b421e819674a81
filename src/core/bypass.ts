/**
 * A fragment that marks a request which the worker must leave alone: a provider's own. The worker sees a request's
 * fragment, the network never does, so the request stays byte for byte what it was. It is no secret: whoever sets it
 * only does without a token.
 */
export const BYPASS_HASH = '#bearer-worker-bypass';
