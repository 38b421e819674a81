import type { Identity } from './identity.js';
import type { ReadersRecord } from './readers.js';
import type { SlotRecord } from './slot.js';
import { isBearerToken, type AccessToken } from './token.js';

/** The last moment that a `Date` can say. Above 2 ** 53, not far off, the next moment would be the same. */
const MAX_MS = 8.64e15;

/** What outlives a worker: one record, small enough to be read and written as a whole. */
export interface State {
  clients: Map<string, ClientRecord>;
  slots: Map<Identity, SlotRecord>;
  skewMs: number;
  readers: ReadersRecord;
}

export interface ClientRecord {
  /** Undefined for a client that did not answer when it was asked who it is. */
  readonly identity: Identity | undefined;
  /** When the app registered there, on the scale of generations; 0 where it did not. */
  readonly registeredAt: number;
  /** When this record was made, on the same scale: of two, the later counts. */
  readonly changedAt: number;
  /** It did not answer although it was awake, for it was sending a request: there is nobody to answer. */
  readonly isSilent: boolean;
}

/** The record to be stored; with tokens only where `storeTokens` says so. */
export function toState(
  clients: Map<string, ClientRecord>,
  slots: Map<Identity, SlotRecord>,
  skewMs: number,
  readers: ReadersRecord,
  storeTokens: boolean,
): State {
  const stored = [...slots].map(
    ([identity, { generation, closed, token }]) =>
      [identity, { generation, closed, token: storeTokens ? token : undefined }] as const,
  );
  return { clients, slots: new Map(stored), skewMs, readers };
}

/** The clients of a record, as far as they are any. */
export function storedClients(record: unknown): [string, ClientRecord][] {
  const { clients } = Object(record) as Partial<State>;
  return clients instanceof Map ? [...clients].filter(([, stored]) => isClientRecord(stored)) : [];
}

export function isClientRecord(record: unknown): record is ClientRecord {
  const { identity, registeredAt, changedAt } = Object(record) as ClientRecord;
  return /^(string|undefined)$/.test(typeof identity) && isMoment(registeredAt) && isMoment(changedAt);
}

/** A token of which something is missing would be taken for one of unknown life, and sent for ever. */
export function isSlotRecord(record: unknown): record is SlotRecord {
  const { generation, closed, token } = Object(record) as SlotRecord;
  return isMoment(generation) && typeof closed === 'boolean' && (token === undefined || isToken(token));
}

function isToken({ value, issuedAt, expiresAt, receivedAt, order }: AccessToken): boolean {
  const times = [issuedAt, expiresAt, receivedAt];
  return isBearerToken(value) && isMoment(order) && times.every((time) => typeof time === 'number');
}

function isMoment(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= MAX_MS;
}
