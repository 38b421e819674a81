import { beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '../../../src/core/protocol.js';
import type { Done } from '../../../src/page/command.js';
import type { Engine } from '../../../src/page/engine.js';
import { TokenInjector } from '../../../src/page/token-injector.js';

let sent: Command[];
let released: boolean[];
let result: Done;
let injector: TokenInjector;

beforeEach(() => {
  sent = [];
  released = [];
  result = { type: 'done' };
  const engine = {
    send: (message: Command) => (sent.push(message), Promise.resolve(result)),
    logout: () => Promise.resolve(),
  };
  injector = new TokenInjector(engine as unknown as Engine, (_injector, unregister) => {
    released.push(unregister);
    return Promise.resolve();
  });
});

test('getAccessToken asks for what it is told, and gives the token', async () => {
  result = { type: 'done', token: 'abc' };
  expect(await injector.getAccessToken()).toBe('abc');
  await injector.getAccessToken({ minValiditySeconds: 60, forceRefresh: true });
  expect(sent).toEqual([
    { type: 'getToken', forceRefresh: false, minValiditySeconds: undefined },
    { type: 'getToken', forceRefresh: true, minValiditySeconds: 60 },
  ]);
});

test('getAccessToken without a token is an error, and never undefined', async () => {
  await expect(injector.getAccessToken()).rejects.toMatchObject({ code: 'no-client' });
});

test("getStatus is the worker's, with the mode of this page", async () => {
  result = { type: 'done', status: { state: 'fresh', expiresAt: 5 } };
  expect(await injector.getStatus()).toEqual({ state: 'fresh', expiresAt: 5, mode: 'service-worker' });
});

describe('an injector that was disposed', () => {
  test('twice, is released once', () => {
    injector.dispose();
    injector.dispose();
    expect(released).toEqual([false]);
  });

  test('or unregistered twice, or both, is released once', async () => {
    await injector.unregister();
    await injector.unregister();
    injector.dispose();
    expect(released).toEqual([true]);
  });

  test.each(['getAccessToken', 'getStatus', 'logout'] as const)(
    'rejects %s, and says what to do',
    async (name) => {
      injector.dispose();
      await expect(injector[name]()).rejects.toMatchObject({
        code: 'worker-unavailable',
        message: expect.stringContaining('registerTokenInjector') as string,
      });
    },
  );
});
