import type { Identity } from './identity.js';
import type { SlotRecord } from './slot.js';

/** What outlives a worker: one record, small enough to be read and written as a whole. */
export interface State {
  clients: Map<string, ClientRecord>;
  slots: Map<Identity, SlotRecord>;
  skewMs: number;
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

/** A token of which something is missing would be taken for one of unknown life, and sent for ever. */
export function isSlotRecord({ generation, token }: SlotRecord): boolean {
  const times = token && [token.issuedAt, token.expiresAt, token.receivedAt];
  return (
    [generation, token?.order ?? 0].every(Number.isFinite) &&
    (times ?? []).every((time) => typeof time === 'number') &&
    typeof (token?.value ?? '') === 'string'
  );
}
