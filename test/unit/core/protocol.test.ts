import { describe, expect, test } from 'vitest';
import {
  ANSWERS,
  COMMANDS,
  NOTICES,
  PROTOCOL_VERSION,
  read,
  REPLIES,
  seal,
  versionOf,
} from '../../../src/core/protocol.js';

describe('a message that was sealed is read as it was', () => {
  test.each([
    [COMMANDS, { type: 'hello', register: true, identity: 'ann' }],
    [COMMANDS, { type: 'getToken', minValiditySeconds: 5, forceRefresh: false }],
    [COMMANDS, { type: 'logout' }],
    [REPLIES, { type: 'ack' }],
    [REPLIES, { type: 'done', token: 'abc', status: { state: 'none' } }],
    [REPLIES, { type: 'failed', code: 'no-client', message: '' }],
    [
      NOTICES,
      { type: 'ask', reason: 'initial', minValiditySeconds: 30, timeoutMs: 10, previousToken: 'abc' },
    ],
    [NOTICES, { type: 'event', name: 'loggedOut', detail: { origin: 'remote' } }],
    [ANSWERS, { type: 'answer', token: 'abc', expiresAt: 1, expiresIn: 2, identity: 'ann' }],
  ])('%#', (table, message) => {
    expect(read(table, structuredClone(seal(message)))).toEqual(message);
  });
});

describe('what is no message of the table is dropped', () => {
  const version = PROTOCOL_VERSION;
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ack'],
    ['a number', 1],
    ['an array', ['ack']],
    ['a function', Object.assign(() => undefined, { type: 'ack', bearerWorker: version })],
    ['an empty object', {}],
    ["an app's own message", { type: 'ack' }],
    ['an older version', { type: 'ack', bearerWorker: version - 1 }],
    ['a newer version', { type: 'ack', bearerWorker: version + 1 }],
    ['a version as text', { type: 'ack', bearerWorker: String(version) }],
    ['no type', { bearerWorker: version }],
    ['a type that is not in the table', { type: 'setToken', token: 'abc', bearerWorker: version }],
    ['a message of another table', { type: 'logout', bearerWorker: version }],
    ['a type that every object has', { type: 'constructor', bearerWorker: version }],
    ['a type that names the prototype', { type: '__proto__', bearerWorker: version }],
    ['a type that only reads like one', { type: ['ack'], bearerWorker: version }],
    ['an inherited version', Object.create({ type: 'ack', bearerWorker: version })],
    ['an inherited type', Object.assign(Object.create({ type: 'ack' }) as object, { bearerWorker: version })],
  ])('%s', (_what, data) => {
    expect(read(ANSWERS, data)).toBeUndefined();
  });
});

describe('a field of another type is as good as absent', () => {
  test.each([
    ['a number for a text', { token: 5 }],
    ['an object for a text', { token: { toString: () => 'abc' } }],
    ['a text for a number', { expiresAt: '1' }],
    ['NaN', { expiresIn: NaN }],
    ['null', { token: null, expiresAt: null }],
    ['a field that is not in the table', { refresh_token: 'abc' }],
  ])('%s', (_what, fields) => {
    expect(read(ANSWERS, { ...seal({ type: 'answer' }), ...fields })).toEqual({ type: 'answer' });
  });

  test('null is no object', () => {
    expect(read(NOTICES, { ...seal({ type: 'event' }), detail: null })).toEqual({ type: 'event' });
  });

  test('a field that is inherited is not there', () => {
    const data = Object.assign(Object.create({ token: 'planted' }) as object, seal({ type: 'answer' }));
    expect(read(ANSWERS, data)).toEqual({ type: 'answer' });
  });
});

test('an own __proto__, which structured clone keeps, plants nothing', () => {
  const data = structuredClone(
    JSON.parse(
      `{ "type": "answer", "bearerWorker": ${PROTOCOL_VERSION}, "__proto__": { "token": "planted" } }`,
    ),
  ) as unknown;
  const message = read(ANSWERS, data) as { token?: string };
  expect(message.token).toBeUndefined();
  expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
  expect(({} as { token?: string }).token).toBeUndefined();
});

test('the version is read of our own messages and of no others', () => {
  expect(versionOf(seal({ type: 'ack' }))).toBe(PROTOCOL_VERSION);
  expect(versionOf({ bearerWorker: 99 })).toBe(99);
  expect(versionOf({})).toBeUndefined();
  expect(versionOf('bearerWorker')).toBeUndefined();
});

test('no message brings a token to the worker but the answer on its own port', () => {
  const withToken = [COMMANDS, REPLIES, NOTICES, ANSWERS].map((table) =>
    Object.entries(table).flatMap(([type, fields]) => ('token' in fields ? [type] : [])),
  );
  expect(withToken).toEqual([[], ['done'], [], ['answer']]);
});
