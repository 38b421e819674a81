import { expect } from 'vitest';
import type { WorkerScript } from './support/worker-script.js';
import type { Tab } from './support/tab.js';
import { ALICE, onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';

async function expectCovered(world: World, tab: Tab): Promise<void> {
  world.app.seen.clear();
  const burst = await tab.evaluate(() => harness.traffic.burst('/api/echo', 20));
  expect(burst.map(({ status }) => status)).toEqual(burst.map(() => 200));
  const seen = world.app.seen.at('/api/echo');
  expect(seen.map(({ judgement }) => judgement.verdict)).toEqual(burst.map(() => 'good'));
}

function isControlled(tab: Tab): Promise<boolean> {
  return tab.evaluate(() => navigator.serviceWorker.controller !== null);
}

test('27 · first load: once registered the page is controlled, and no request of it goes bare', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  expect(await isControlled(tab)).toBe(false);
  expect(await tab.register()).toBe('service-worker');
  expect(await isControlled(tab)).toBe(true);
  await expectCovered(world, tab);
});

onlyIn(test, 'chromium')(
  '27 · hard reload: the page that comes up without a controller is controlled again, and no request goes bare',
  async ({ world }) => {
    const tab = await world.openTab('a');
    await tab.register();
    await tab.fetch('/api/echo');
    for (let round = 0; round < 3; round += 1) {
      await tab.page.reload({ hard: true });
      expect(await isControlled(tab)).toBe(false);
      await tab.register();
      expect(await isControlled(tab)).toBe(true);
      await expectCovered(world, tab);
    }
  },
);

test('ordinary reload, and a second tab: covered at once', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.page.reload();
  await tab.register();
  await expectCovered(world, tab);
  const second = await world.openTab('b');
  await second.register();
  await expectCovered(world, second);
  await expectCovered(world, tab);
});

test('27 · two tabs that were open before there was a worker: both are served by it', async ({ world }) => {
  const tabs = [await world.openTab('a'), await world.openTab('b')];
  for (const tab of tabs) {
    expect(await tab.register()).toBe('service-worker');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
});

test('49 · registered twice, as StrictMode does: one engine, one provider call, each event once', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await Promise.all([tab.register(), tab.register()]);
  await expectCovered(world, tab);
  expect(tab.providerCalls).toHaveLength(1);
  const told = await tab.settledEvents('tokenRefreshed', 2);
  expect(told.map(({ registration }) => registration).sort()).toEqual([0, 1]);
});

test('49 · disposed once of two, the page is still served; disposed twice, nothing throws', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.register();
  await tab.evaluate(() => {
    harness.registrations.at(0).dispose();
    harness.registrations.at(0).dispose();
  });
  await expectCovered(world, tab);
  await tab.evaluate(() => {
    harness.registrations.at(1).dispose();
    harness.registrations.at(1).dispose();
  });
  const calls = tab.providerCalls.length;
  world.app.issuer.revokeAll();
  expect((await tab.fetch('/api/echo')).status).toBe(401);
  expect(tab.providerCalls).toHaveLength(calls);
});

test('disposed and registered again, as a component that is mounted anew does: covered', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.evaluate(() => harness.registrations.at(0).dispose());
  await tab.register();
  await expectCovered(world, tab);
});

test('unregister removes the worker, twice without harm; the page can register again', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  await tab.evaluate(async () => {
    await harness.registrations.at(0).unregister();
    await harness.registrations.at(0).unregister();
  });
  expect(await tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await tab.page.reload();
  expect(await isControlled(tab)).toBe(false);
  await tab.register();
  await expectCovered(world, tab);
});

test('one of two unregisters while the other registers: that one is covered, and hears of its tokens', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  const outcome = await tab.evaluate(async () => {
    // As StrictMode has it, with a component that unregisters as it goes.
    const first = harness.registrations.register({});
    const second = harness.registrations.register({});
    await first;
    await harness.registrations.at(0).unregister();
    return second;
  });
  expect(outcome).toMatchObject({ ok: true, value: 'service-worker' });
  await expectCovered(world, tab);
  await tab.getAccessToken({ forceRefresh: true }, 1);
  expect((await tab.settledEvents('tokenRefreshed')).map(({ registration }) => registration)).toContain(1);
  await tab.evaluate(() => harness.registrations.at(1).dispose());
  const calls = tab.providerCalls.length;
  world.app.issuer.revokeAll();
  expect((await tab.fetch('/api/echo')).status).toBe(401);
  expect(tab.providerCalls).toHaveLength(calls);
});

test('of two injectors of a page one unregisters: the other says that it must be registered again', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.register();
  await tab.evaluate(() => harness.registrations.at(1).unregister());
  const outcome = await tab.getAccessToken();
  expect(outcome).toMatchObject({ ok: false, error: { code: 'worker-unavailable' } });
  expect(JSON.stringify(outcome)).toMatch(/disposed.*registerTokenInjector again/);
});

test('other options than before reach the worker that is there already', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register({ include: ['/api/'] });
  await tab.fetch('/api/echo');
  await tab.register({ include: ['/other/'] });
  world.app.seen.clear();
  await tab.fetch('/api/open/echo');
  await tab.fetch('/other/echo');

  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
  expect(world.app.seen.only('/other/echo').judgement.verdict).toBe('good');
});

test('a page that loads under the worker of an older deployment is served by its own options once registered', async ({
  world,
}) => {
  const old = await world.openTab('a');
  await old.register({ include: ['/api/'] });
  await old.fetch('/api/echo');
  const tab = await world.openTab('b');
  expect(await isControlled(tab)).toBe(true);
  await tab.register({ include: ['/api/', '/other/'] });
  world.app.seen.clear();
  await tab.fetch('/other/echo');

  expect(world.app.seen.only('/other/echo').judgement.verdict).toBe('good');
});

const BROKEN: readonly { script: WorkerScript; what: string; says: RegExp }[] = [
  { script: 'missing', what: 'is not there', says: /bearer-worker\.js.*404.*bearer-worker init/s },
  {
    script: 'html',
    what: 'is the app’s HTML',
    says: /bearer-worker\.js.*(text\/html|HTML).*bearer-worker init/s,
  },
  { script: 'throwing', what: 'throws', says: /bearer-worker\.js/ },
];

for (const { script, what, says } of BROKEN) {
  test(`the worker script ${what}: a typed error says which, and what mends it`, async ({ world }) => {
    world.app.workerScript = script;
    const tab = await world.openTab('a');
    const outcome = await tab.tryRegister({ inPage: 'never' });

    expect(outcome).toMatchObject({ ok: false, error: { typed: true, code: 'worker-unavailable' } });
    expect(outcome.ok ? '' : outcome.error.message).toMatch(says);
  });
}

test('a sandboxed frame without allow-same-origin can have no worker: a typed error names the attribute', async ({
  world,
}) => {
  const [frame] = await world.openFrames({ inner: ALICE }, 'allow-scripts');
  const outcome = await frame!.tryRegister({ inPage: 'never' });

  expect(outcome).toMatchObject({ ok: false, error: { typed: true, code: 'worker-unavailable' } });
  expect(outcome.ok ? '' : outcome.error.message).toContain('allow-same-origin');
});

test('a bad option is refused by name, with what it got and what it must be', async ({ world }) => {
  const tab = await world.openTab('a');
  const outcome = await tab.tryRegister({ minValiditySeconds: -5 });

  expect(outcome).toMatchObject({ ok: false, error: { typed: true, code: 'invalid-options' } });
  expect(outcome.ok ? '' : outcome.error.message).toMatch(/minValiditySeconds.*-5/s);
});

test('a frame of another site, with workers in its partition, is served there', async ({ world }) => {
  const [frame] = await world.openFrames({ inner: ALICE });
  expect(await frame!.register()).toBe('service-worker');
  expect(await frame!.fetch('/api/echo')).toMatchObject({ status: 200 });
});
