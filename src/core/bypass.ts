/**
 * A fragment that marks a request which the worker must leave alone: a provider's own. The worker sees a request's
 * fragment, the network never does, so the request stays byte for byte what it was. It is no secret: whoever sets it
 * only does without a token.
 */
export const BYPASS_HASH = '#bearer-worker-bypass';

/**
 * Of the request by which a page finds out whether its requests pass the worker at all. It ends as the one above does, so
 * that all who leave that alone leave this alone too; no route is about it.
 */
export const PROBE_HASH = `#bearer-worker-probe${BYPASS_HASH}`;

/** What tells the worker's answer to it from one of a cache. */
export const PROBE_HEADER = 'bearer-worker';
