/** More would be an app whose addresses never come again. */
const MAX_REQUESTS = 1000;

/** What of it outlives a worker. */
export interface ReadersRecord {
  /** The identity that got a token last. */
  owner?: string | undefined;
  /** There has been another one before. */
  isShared?: boolean | undefined;
}

/**
 * Who has read what through the browser's HTTP cache. It keeps one user's answer for the next where the server sent
 * neither `no-store` nor `Vary: Authorization`; so in a partition that has had two identities each asks past it, the
 * first time for each address.
 */
export class Readers {
  record: ReadersRecord = {};
  /** Whether what is asked past the cache goes into it. A page's lane leaves it to the worker, which knows of no lane. */
  fillsCache = true;
  readonly #lastOf = new Map<string, string>();

  /** An identity has got a token. */
  own(identity: string): void {
    const { owner = identity, isShared = false } = this.record;
    this.record = { owner: identity, isShared: isShared || owner !== identity };
  }

  /** What others have stored, or a former worker. */
  absorb({ owner, isShared }: ReadersRecord): void {
    if (typeof owner === 'string') this.own(owner);
    if (isShared === true) this.record.isShared = true;
  }

  /** Whether the cache may hold another's answer to this request. */
  mayBeAnothers(identity: string, request: string): boolean {
    const { owner = identity, isShared } = this.record;
    return this.#lastOf.get(request) !== identity && (isShared === true || owner !== identity);
  }

  /** It was answered: what the cache has now is this reader's own. */
  answered(identity: string, request: string): void {
    if (!this.fillsCache) return;
    if (this.#lastOf.size === MAX_REQUESTS) this.#lastOf.clear();
    this.#lastOf.set(request, identity);
  }
}
