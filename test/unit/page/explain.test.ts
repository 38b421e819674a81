import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.js';
import { explain, unavailable } from '../../../src/page/explain.js';
import type { NoWorker } from '../../../src/page/sentences.js';

const CODES: ErrorCode[] = [
  'provider-timeout',
  'provider-rejected',
  'invalid-token',
  'expired-token',
  'no-client',
  'reauth-required',
  'logged-out',
  'protocol-mismatch',
];
const REASONS: NoWorker[] = [
  'node',
  'sandboxed',
  'insecure',
  'absent',
  'scope',
  'installing',
  'redundant',
  'uncontrolled',
  'mute',
  'disposed',
];

describe('every error says what happened', () => {
  test.each(CODES)('%s', async (code) => {
    const { message } = await explain(code);
    expect(message).toMatch(/^(getToken |[A-Z]).+[.?]$/);
    for (const other of CODES.filter((each) => each !== code)) {
      expect((await explain(other)).message).not.toBe(message);
    }
  });

  test.each(REASONS)('worker-unavailable: %s', async (reason) => {
    const error = await unavailable(reason);
    expect(error.code).toBe('worker-unavailable');
    expect(error.message).toMatch(/^(getToken |[A-Z]).+[.?]$/);
  });
});

test('a detail stands behind it, a cause is kept', async () => {
  const cause = new Error('x');
  const error = await explain('expired-token', '5 s ago', cause);
  expect(error).toMatchObject({ code: 'expired-token', cause });
  expect(error.message).toMatch(/\(5 s ago\)$/);
  expect((await explain('expired-token', '')).message).not.toContain('(');
});

test('a code of a newer worker becomes worker-unavailable, with what the worker said', async () => {
  const error = await explain('from-the-future' as ErrorCode, 'what it said');
  expect(error).toMatchObject({ code: 'worker-unavailable', message: 'what it said' });
  expect(await explain('from-the-future' as ErrorCode)).toMatchObject({ message: 'from-the-future' });
});

test('a code that every object inherits is none', async () => {
  const error = await explain('constructor' as ErrorCode, 'what it said');
  expect(error).toMatchObject({ code: 'worker-unavailable', message: 'what it said' });
});
