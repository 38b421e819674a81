/** What of it outlives a worker. */
export interface ReadersRecord {
  /** The identity that got a token last. */
  owner?: string | undefined;
  /** There has been another one before. */
  isShared?: boolean | undefined;
}

/**
 * Whose answers the browser's HTTP cache may hold. It keeps one user's for the next where the server sent neither
 * `no-store` nor `Vary: Authorization`, and cannot be asked whose one is; so once a scope has had two identities, all
 * that is covered goes past it.
 */
export class Readers {
  record: ReadersRecord = {};
  /** What is stored could not be read: nobody knows who was here before. */
  isUnread = false;

  /** An identity has got a token. */
  own(identity: string): void {
    const { owner = identity, isShared = false } = this.record;
    this.record = { owner: identity, isShared: isShared || owner !== identity };
  }

  /** What others have stored, or a former worker. */
  absorb({ owner, isShared }: ReadersRecord): void {
    this.isUnread = false;
    if (typeof owner === 'string') this.own(owner);
    if (isShared === true) this.record.isShared = true;
  }

  /** Whether the cache may hold another's answer to a request of this identity. */
  mayBeAnothers(identity: string): boolean {
    const { owner = identity, isShared = false } = this.record;
    return this.isUnread || isShared || owner !== identity;
  }
}
