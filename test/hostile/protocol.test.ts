import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ANSWERS,
  COMMANDS,
  NOTICES,
  PROTOCOL_VERSION,
  read,
  REPLIES,
  versionOf,
} from '../../src/core/protocol.js';
import { runsOfMessages } from './support/amount.js';
import { everyMessage } from './support/message.js';

type Table = Record<string, Record<string, string>>;
const TABLES: readonly Table[] = [COMMANDS, REPLIES, NOTICES, ANSWERS];

/** What must be read of it, worked out by property descriptors alone. */
function expected(table: Table, data: unknown): Record<string, unknown> | undefined {
  const own = (name: string): unknown =>
    typeof data === 'object' && data !== null
      ? Object.getOwnPropertyDescriptor(data, name)?.value
      : undefined;
  const type = own('type');
  if (own('bearerWorker') !== PROTOCOL_VERSION || !Object.keys(table).some((known) => known === type))
    return undefined;
  const message: Record<string, unknown> = { type };
  for (const [name, kind] of Object.entries(table[type as string]!)) {
    const value = own(name);
    const isOfKind = kind === 'object' ? value !== null && typeof value === 'object' : typeof value === kind;
    if (isOfKind && !Object.is(value, NaN)) message[name] = value;
  }
  return message;
}

test('of hostile messages, each end reads the fields that its table names, of their types, and nothing else', () => {
  const accepted = { good: 0, all: 0 };
  const check = (data: unknown): void => {
    accepted.all++;
    let isAccepted = false;
    for (const table of TABLES) {
      const message = read(table as typeof COMMANDS, data);
      const wanted = expected(table, data);
      if (!message || !wanted) {
        if (message !== wanted) throw new Error(`read as ${JSON.stringify(message)}`);
        continue;
      }
      isAccepted = true;
      const names = Object.keys(wanted);
      const isSame = names.every((name) => Object.is(Reflect.get(message, name), wanted[name]));
      if (!isSame || Reflect.ownKeys(message).length !== names.length) expect(message).toEqual(wanted);
      if (Object.getPrototypeOf(message) !== Object.prototype) throw new Error('its prototype was changed');
    }
    if (isAccepted) accepted.good++;
    versionOf(data);
  };
  const before = Reflect.ownKeys(Object.prototype).length;
  const perRun = 20;
  const batch = fc.array(everyMessage, { minLength: perRun, maxLength: perRun });
  fc.assert(
    fc.property(batch, (messages) => messages.forEach(check)),
    runsOfMessages('protocol', 0.905, perRun),
  );
  console.log(`protocol: ${accepted.all} messages, ${accepted.good} accepted by some end`);
  expect(accepted.good / accepted.all).toBeGreaterThan(0.25);
  expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
});
