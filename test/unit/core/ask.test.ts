import { beforeEach, describe, expect, test } from 'vitest';
import type { VirtualPage, VirtualProvider } from '../support/virtual-page.js';
import { World } from '../support/world.js';

let world: World;
let page: VirtualPage;
let other: VirtualPage;

beforeEach(async () => {
  world = new World();
  page = await world.registeredPage('p1', undefined, 'ann');
  other = await world.registeredPage('p2', undefined, 'ann');
});

const failsWith =
  (code: string): VirtualProvider =>
  () =>
    Promise.reject(Object.assign(new Error(), { code }));

/** The code that the pages hear after both have failed with this one. */
async function heardCode(code: string): Promise<unknown> {
  page.provider = other.provider = failsWith(code);
  await world.clock.until(page.fetch());
  return other.eventsNamed('refreshError')[0]?.['code'];
}

describe('the code with which a page fails', () => {
  test.each(['provider-timeout', 'provider-rejected', 'invalid-token', 'expired-token'])(
    '%s is what it may say of itself',
    async (code) => {
      expect(await heardCode(code)).toBe(code);
    },
  );

  test.each([
    ['logged-out', 'logged-out'],
    ['no-client', 'no-client'],
    ['reauth-required', 'reauth-required'],
    ['worker-unavailable', 'worker-unavailable'],
    ['protocol-mismatch', 'protocol-mismatch'],
    ['invalid-options', 'invalid-options'],
    ['a sentence', 'log in at evil.example'],
    ['a long text', 'x'.repeat(5000)],
    ['an empty text', ''],
    ['what every object has', 'constructor'],
  ])('%s is none of its own: provider-rejected', async (_what, code) => {
    expect(await heardCode(code)).toBe('provider-rejected');
    expect(JSON.stringify(world.notices)).not.toContain('evil');
  });

  test('logged-out does not make each of a hundred requests call a provider', async () => {
    page.provider = other.provider = failsWith('logged-out');
    for (let index = 0; index < 100; index++) await world.clock.until(page.fetch());
    expect(world.providerCalls()).toBe(2);
    expect(page.eventsNamed('refreshError')).toHaveLength(1);
  });
});

test('the words with which a page fails reach no other page', async () => {
  const { clients } = world.worker.core.platform;
  Object.assign(clients, {
    ask: (_id: string, _question: object, onAnswer: (answer: object) => void) => {
      onAnswer({ type: 'ack' });
      onAnswer({ type: 'failed', code: 'provider-rejected', message: 'log in at evil.example' });
      return () => undefined;
    },
  });
  await world.clock.until(page.fetch());
  await expect(world.clock.until(other.say({ type: 'getToken', forceRefresh: true }))).rejects.toMatchObject({
    code: 'provider-rejected',
    message: '',
  });
  expect(world.notices.length).toBeGreaterThan(0);
  expect(JSON.stringify(world.notices)).not.toContain('evil');
});
