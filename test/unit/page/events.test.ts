import { expect, test } from 'vitest';
import { changesStatus, isEventName } from '../../../src/page/events.js';

const OF_A_TOKEN = ['tokenRefreshed', 'refreshError', 'reauthRequired', 'loggedOut'];

test.each([...OF_A_TOKEN, 'requestSkipped'])('%s is an event of the worker', (name) => {
  expect(isEventName(name)).toBe(true);
});

test.each([undefined, '', 'message', 'constructor', '__proto__', 'toString'])('%s is none', (name) => {
  expect(isEventName(name)).toBe(false);
});

test('what happens to a token changes the status, a skipped request does not', () => {
  expect(OF_A_TOKEN.filter(changesStatus)).toEqual(OF_A_TOKEN);
  expect(changesStatus('requestSkipped')).toBe(false);
});
