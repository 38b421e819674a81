/**
 * What page and worker say to each other, in one file that imports nothing.
 *
 * A refresh:   worker → page  `ask` with a port;   page → port  `ack`, then `answer` or `failed`.
 * A command:   page → worker  `hello`, `get-token`, `get-status`, `logout`, `wake`, `goodbye` with a port;
 *              worker → port  `ack`, then `done`, `token`, `status` or `failed`.
 * An event:    worker → page  `event`; never with a token in it.
 *
 * There is no message that sets a token: a token enters only by a port that the worker made, from the client
 * that it asked. Everything is read field by field from `unknown`; what is not understood is dropped.
 */

/** Raised when an older end could misread a newer one. */
export const PROTOCOL_VERSION = 1;

export type RefreshReason = 'initial' | 'expiring' | 'expired' | 'rejected' | 'forced';

/** Page → worker. `register` is true when the app registered, false when a page that had done so comes back. */
export type PageMessage =
  | { type: 'hello'; register: boolean; identity?: string }
  | { type: 'get-token'; minValiditySeconds?: number; forceRefresh: boolean }
  | { type: 'get-status' | 'logout' | 'wake' | 'goodbye' };

/** Worker → page, on the port that came with the page's message. */
export type WorkerReply =
  | { type: 'ack' | 'done' }
  | { type: 'token'; token: string }
  | { type: 'status'; status: Record<string, unknown> }
  | { type: 'failed'; code: string; message: string };

/** Worker → page: "get me a token, and answer on this port". */
export interface Ask {
  type: 'ask';
  reason: RefreshReason;
  minValiditySeconds: number;
  timeoutMs: number;
  previousToken?: string;
}

/** Worker → page: something happened to this page's identity. */
export interface EventMessage {
  type: 'event';
  name: string;
  detail: Record<string, unknown>;
}

/** Page → worker, on the port that came with the ask. */
export type AskReply =
  | { type: 'ack' }
  | { type: 'answer'; token: string; expiresAt?: number; expiresIn?: number; identity?: string }
  | { type: 'failed'; code: string; message: string };

type Fields = Record<string, unknown>;

/** Marks a message as ours, so that an app's own messages are never taken for it. */
export function seal<T extends object>(message: T): T & { bearerWorker: number } {
  return { ...message, bearerWorker: PROTOCOL_VERSION };
}

/** The protocol version that a message claims, or undefined where it is none of ours. */
export function versionOf(data: unknown): number | undefined {
  const version = isFields(data) ? own(data, 'bearerWorker') : undefined;
  return typeof version === 'number' ? version : undefined;
}

export function readPageMessage(data: unknown): PageMessage | undefined {
  const fields = unseal(data);
  switch (fields?.['type']) {
    case 'hello':
      return {
        type: 'hello',
        register: fields['register'] === true,
        ...text(fields, 'identity'),
      };
    case 'get-token':
      return {
        type: 'get-token',
        forceRefresh: fields['forceRefresh'] === true,
        ...number(fields, 'minValiditySeconds'),
      };
    case 'get-status':
    case 'logout':
    case 'wake':
    case 'goodbye':
      return { type: fields['type'] };
    default:
      return undefined;
  }
}

export function readAskReply(data: unknown): AskReply | undefined {
  const fields = unseal(data);
  switch (fields?.['type']) {
    case 'ack':
      return { type: 'ack' };
    case 'answer':
      return typeof fields['token'] === 'string'
        ? {
            type: 'answer',
            token: fields['token'],
            ...number(fields, 'expiresAt'),
            ...number(fields, 'expiresIn'),
            ...text(fields, 'identity'),
          }
        : undefined;
    case 'failed':
      return readFailure(fields);
    default:
      return undefined;
  }
}

export function readWorkerReply(data: unknown): WorkerReply | undefined {
  const fields = unseal(data);
  switch (fields?.['type']) {
    case 'ack':
    case 'done':
      return { type: fields['type'] };
    case 'token':
      return typeof fields['token'] === 'string' ? { type: 'token', token: fields['token'] } : undefined;
    case 'status':
      return isFields(fields['status']) ? { type: 'status', status: fields['status'] } : undefined;
    case 'failed':
      return readFailure(fields);
    default:
      return undefined;
  }
}

export function readWorkerMessage(data: unknown): Ask | EventMessage | undefined {
  const fields = unseal(data);
  switch (fields?.['type']) {
    case 'ask':
      return {
        type: 'ask',
        reason: isReason(fields['reason']) ? fields['reason'] : 'initial',
        minValiditySeconds: number(fields, 'minValiditySeconds').minValiditySeconds ?? 0,
        timeoutMs: number(fields, 'timeoutMs').timeoutMs ?? 0,
        ...text(fields, 'previousToken'),
      };
    case 'event':
      return typeof fields['name'] === 'string' && isFields(fields['detail'])
        ? { type: 'event', name: fields['name'], detail: fields['detail'] }
        : undefined;
    default:
      return undefined;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unseal(data: unknown): Fields | undefined {
  return versionOf(data) === PROTOCOL_VERSION && isFields(data) ? data : undefined;
}

/** Only a property of the message itself: structured clone keeps an own `__proto__`. */
function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function readFailure(fields: Fields): { type: 'failed'; code: string; message: string } | undefined {
  const { code, message } = fields;
  return typeof code === 'string' && typeof message === 'string'
    ? { type: 'failed', code, message }
    : undefined;
}

function text<K extends string>(fields: Fields, name: K): { [key in K]?: string } {
  const value = own(fields, name);
  return (typeof value === 'string' ? { [name]: value } : {}) as { [key in K]?: string };
}

function number<K extends string>(fields: Fields, name: K): { [key in K]?: number } {
  const value = own(fields, name);
  return (typeof value === 'number' && Number.isFinite(value) ? { [name]: value } : {}) as {
    [key in K]?: number;
  };
}

function isReason(value: unknown): value is RefreshReason {
  return ['initial', 'expiring', 'expired', 'rejected', 'forced'].includes(value as string);
}
