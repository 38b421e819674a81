import { expect, test } from 'vitest';
import { isTokenInjectorError, registerTokenInjector } from '../../../src/index.js';

test('imported in Node, as for rendering on a server, nothing throws and no global is made', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await import('../../../src/index.js');
  await import('../../../src/providers/index.js');
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});

test('called in Node it rejects, and says where to call it', async () => {
  const error: unknown = await registerTokenInjector({ getToken: () => 'abc' }).catch(
    (reason: unknown) => reason,
  );
  expect(isTokenInjectorError(error)).toBe(true);
  expect(error).toMatchObject({
    code: 'worker-unavailable',
    message: expect.stringContaining('Register in the browser') as string,
  });
});
