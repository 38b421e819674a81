/**
 * What page and worker say to each other, in one file that imports nothing.
 *
 * A refresh:   worker → page  `ask` with a port;   page → port  `ack`, then `answer` or `failed`.
 * A command:   page → worker  one of {@link COMMANDS} with a port;   worker → port  `ack`, then `done` or `failed`.
 * An event:    worker → page  `event`; never with a token in it.
 * A keep-alive: worker → page  `begun`;   page → worker  {@link PING} while that lasts.
 *
 * There is no message that sets a token: a token enters only by a port that the worker made, from the client
 * that it asked. A message is read field by field from `unknown`, by the tables below; what they do not name, or
 * name with another type, is not there.
 */

/** Raised when an older end could misread a newer one. */
export const PROTOCOL_VERSION = 1;

const REASONS = ['initial', 'expiring', 'expired', 'rejected', 'forced'] as const;
/**
 * Why a new token is wanted: there is none (`'initial'`), the old one runs out (`'expiring'`), has run out
 * (`'expired'`) or was refused by the server (`'rejected'`), or the app insists (`'forced'`).
 */
export type RefreshReason = (typeof REASONS)[number];

/** A reason as another end says it. */
export function toReason(reason: unknown): RefreshReason {
  return REASONS.find((known) => known === reason) ?? 'initial';
}

/**
 * Page → worker. `register` is true when the app registers, false when a page that had done so comes back; `erase`
 * when the worker is to go, with all that it stored.
 */
export const COMMANDS = {
  hello: { register: 'boolean', identity: 'string' },
  getToken: { minValiditySeconds: 'number', forceRefresh: 'boolean' },
  getStatus: {},
  logout: {},
  wake: {},
  goodbye: { erase: 'boolean' },
} as const;

/**
 * Worker → page, on the port that came with the command. `token` and `status` answer the commands for them; `isRouted`
 * says that the engine takes requests marked by the fragment of `bypass.ts` past the worker, `answersProbe` that the
 * worker answers the request marked by the other.
 */
export const REPLIES = {
  ack: {},
  done: { token: 'string', status: 'object', isRouted: 'boolean', answersProbe: 'boolean' },
  failed: { code: 'string', message: 'string' },
} as const;

/** Worker → page; an `ask` comes with a port. */
export const NOTICES = {
  ask: { reason: 'string', minValiditySeconds: 'number', timeoutMs: 'number', previousToken: 'string' },
  event: { name: 'string', detail: 'object' },
  begun: { url: 'string' },
} as const;

/** Page → worker, without a port: nothing is done with it. That it arrives is the point. */
export const PING = { type: 'ping' } as const;

/**
 * Page → worker, on the port that came with the ask. An empty `identity` of an answer says that the page names none; that
 * of a failure is whose token it had last, where it is logged out. `registeredAt`, in milliseconds, is when its app has
 * registered, which a worker may have forgotten.
 */
export const ANSWERS = {
  ack: {},
  answer: {
    token: 'string',
    expiresAt: 'number',
    expiresIn: 'number',
    identity: 'string',
    registeredAt: 'number',
  },
  failed: { code: 'string', message: 'string', identity: 'string' },
} as const;

interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
  object: object;
}
type Fields = Record<string, keyof Kinds>;
type Table = Record<string, Fields>;

/** The messages of a table; every field may be missing. */
export type MessageOf<T extends Table> = {
  [K in keyof T]: { type: K } & { -readonly [F in keyof T[K]]?: Kinds[T[K][F]] | undefined };
}[keyof T];

export type Command = MessageOf<typeof COMMANDS>;
export type Reply = MessageOf<typeof REPLIES>;
export type Notice = MessageOf<typeof NOTICES>;
export type Ask = Extract<Notice, { type: 'ask' }>;
export type Answer = MessageOf<typeof ANSWERS>;

/** Marks a message as ours, so that an app's own messages are never taken for it. */
export function seal<T extends { type: string }>(message: T): T & { bearerWorker: number } {
  return { ...message, bearerWorker: PROTOCOL_VERSION };
}

/** The protocol version that a message claims; undefined where it is none of ours. */
export function versionOf(data: unknown): unknown {
  return own(data, 'bearerWorker');
}

/** A message of the table, or undefined. Only own properties count: structured clone keeps an own `__proto__`. */
export function read<T extends Table>(table: T, data: unknown): MessageOf<T> | undefined {
  const type = own(data, 'type');
  const fields = versionOf(data) === PROTOCOL_VERSION && typeof type === 'string' && own(table, type);
  if (!fields) return undefined;
  const message: Record<string, unknown> = { type };
  for (const [name, kind] of Object.entries(fields)) {
    const value = own(data, name);
    if (typeof value === kind && value !== null && !Number.isNaN(value)) message[name] = value;
  }
  return message as MessageOf<T>;
}

function own(from: unknown, name: string): unknown {
  return typeof from === 'object' && from && Object.hasOwn(from, name)
    ? (from as Record<string, unknown>)[name]
    : undefined;
}
