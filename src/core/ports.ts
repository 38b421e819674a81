import type { Ask, AskReply } from './protocol.js';

/*
 * What the core needs of the world. A worker, a page and a test each bring their own; the core itself touches
 * no global of a browser.
 */

/** Wall clock and timers. `now` may jump; nothing in the core assumes that it does not. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `delayMs`, unless the returned function is called first. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** Mutual exclusion across every tab and worker of the storage partition (Web Locks). */
export interface Locks {
  /**
   * Runs `run` while it alone holds the lock. Rejects with a `provider-timeout` error when the lock was not
   * granted within `timeoutMs`; a lock stolen by foreign code does not interrupt `run`.
   */
  request<T>(name: string, timeoutMs: number, run: () => Promise<T>): Promise<T>;
}

/** One durable record, read and replaced as a whole. */
export interface StateStore {
  read(): Promise<unknown>;
  /** Replaces the record by `change(record)` in one transaction. */
  update(change: (record: unknown) => unknown): Promise<void>;
}

/** A page, frame or worker of the app. Only a `window` can be asked for a token. */
export interface ClientInfo {
  readonly id: string;
  readonly type: 'window' | 'worker';
}

export interface Clients {
  get(clientId: string): Promise<ClientInfo | undefined>;
  /** All that live within the scope, visible ones first. */
  list(): Promise<ClientInfo[]>;
  /** Posts the question with a new port; the function returned closes the port. */
  ask(clientId: string, question: Ask, onReply: (reply: AskReply) => void): () => void;
  notify(clientId: string, name: string, detail: Record<string, unknown>): void;
}

/** Metadata to the other cores of the partition: which identity, what happened; never a token. */
export interface Announcements {
  post(message: Announcement): void;
  listen(onMessage: (message: unknown) => void): void;
}

export interface Announcement {
  identity: string;
  name: string;
  detail: Record<string, unknown>;
}

export interface Platform {
  readonly clock: Clock;
  readonly locks: Locks;
  readonly store: StateStore;
  readonly clients: Clients;
  readonly announcements: Announcements;
  /** SHA-256 of a text, in base64url. */
  digest(text: string): Promise<string>;
  /** A number in [0, 1). */
  random(): number;
  /** The server's clock in milliseconds since the epoch, where it will say (its `Date` header). */
  serverTimeMs(): Promise<number | undefined>;
}
