import { isFields } from './protocol.js';
import { isNewer, type AccessToken } from './token.js';

/** What outlives a worker: one record, small enough to be read and written as a whole. */
export interface State {
  readonly clients: Map<string, ClientRecord>;
  readonly slots: Map<string, SlotRecord>;
  skewMs: number;
}

export interface ClientRecord {
  /** Undefined for a client that did not answer when it was asked who it is. */
  readonly identity: string | undefined;
  /** When the app registered there, on the scale of generations; 0 where it did not. */
  readonly registeredAt: number;
  /** When this record was made, on the same scale: of two, the later counts. */
  readonly changedAt: number;
}

export interface SlotRecord {
  readonly generation: number;
  readonly closed: boolean;
  readonly token?: AccessToken;
}

/** Reads a stored record; what is damaged in it reads as absent. */
export function readState(record: unknown): State {
  const state: State = { clients: new Map(), slots: new Map(), skewMs: 0 };
  if (!isFields(record)) return state;
  for (const [id, value] of entries(record['clients'])) {
    const { identity, registeredAt, changedAt } = value;
    if (
      (identity === undefined || typeof identity === 'string') &&
      isNumber(registeredAt) &&
      isNumber(changedAt)
    ) {
      state.clients.set(id, { identity, registeredAt, changedAt });
    }
  }
  for (const [identity, value] of entries(record['slots'])) {
    const { generation, closed, token } = value;
    if (isNumber(generation) && typeof closed === 'boolean') {
      const stored = readStoredToken(token);
      state.slots.set(identity, { generation, closed, ...(stored && !closed ? { token: stored } : {}) });
    }
  }
  if (isNumber(record['skewMs'])) state.skewMs = record['skewMs'];
  return state;
}

/** Of two records of one slot: the higher generation wins; within one, the newer token. */
export function mergeSlots(a: SlotRecord, b: SlotRecord | undefined): SlotRecord {
  if (!b || a.generation > b.generation) return a;
  if (b.generation > a.generation) return b;
  if (a.closed !== b.closed) return a.closed ? a : b;
  return !a.token || (b.token && isNewer(b.token, a.token)) ? b : a;
}

function readStoredToken(value: unknown): AccessToken | undefined {
  if (!isFields(value)) return undefined;
  const { value: text, issuedAt, expiresAt, receivedAt, order } = value;
  if (typeof text !== 'string' || !isNumber(receivedAt) || !isNumber(order)) return undefined;
  return {
    value: text,
    receivedAt,
    order,
    ...(isNumber(issuedAt) ? { issuedAt } : {}),
    ...(isNumber(expiresAt) ? { expiresAt } : {}),
  };
}

function* entries(value: unknown): Generator<[string, Record<string, unknown>]> {
  if (!(value instanceof Map)) return;
  for (const [key, inner] of value as Map<unknown, unknown>) {
    if (typeof key === 'string' && isFields(inner)) yield [key, inner];
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
