import type { Answer, Ask } from './protocol.js';

/*
 * What the core needs of the world. A worker, a page and a test each bring their own; the core itself touches
 * no global of a browser.
 */

/** A page, frame or worker of the app. Only a `window` can be asked for a token. */
export interface ClientInfo {
  readonly id: string;
  readonly type: string;
}

export interface Clients {
  get(clientId: string): Promise<ClientInfo | undefined>;
  /** Whether `list` names every window of the scope, so that others may be forgotten; a page sees only itself. */
  readonly seesAll: boolean;
  /** The windows that live within the scope, visible ones first. */
  list(): Promise<readonly ClientInfo[]>;
  /** Posts the question with a new port; the function returned closes the port. */
  ask(clientId: string, question: Ask, onAnswer: (answer: Answer) => void): () => void;
  notify(clientId: string, name: string, detail: object): void;
}

/** To the other cores of the partition: whose slot has changed in the store, and why; never a token. */
export interface Announcement {
  readonly identity: string;
  readonly reason: string;
}

export interface Platform {
  /** Milliseconds since the epoch. It may jump; nothing in the core assumes that it does not. */
  now(): number;
  /** Calls back once after `delayMs`, unless the returned function is called first. */
  setTimer(callback: () => void, delayMs: number): () => void;
  /** A number in [0, 1). */
  random(): number;
  /** SHA-256 of a text, in base64url. */
  digest(text: string): Promise<string>;
  /**
   * The server's clock in milliseconds since the epoch, where it will say (its `Date` header), or of what it may be the
   * nearest to ours; else NaN.
   */
  serverTimeMs(): Promise<number>;
  /**
   * Runs `run` while it alone, of every tab and worker of the partition, holds the lock. Rejects when the lock was
   * not granted within `timeoutMs`; a lock stolen by foreign code does not interrupt `run`.
   */
  withLock<T>(name: string, timeoutMs: number, run: () => Promise<T>): Promise<T>;
  /** The one durable record. */
  readRecord(): Promise<unknown>;
  /** Replaces the record by `change(record)` in one transaction. */
  updateRecord(change: (record: unknown) => unknown): Promise<void>;
  /** Tells the partition's other cores to look into the store. */
  announce(message: Announcement): void;
  onAnnouncement(listener: (message: { readonly [K in keyof Announcement]?: unknown }) => void): void;
  readonly clients: Clients;
}
