import { expect } from 'vitest';
import type { AppRealm } from './support/tab.js';
import type { Holder } from './support/token-issuer.js';
import { onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';

/** Two tenants, and two modules of one of them. */
const HOLDERS = {
  'foo-1': { iss: 'tenant-foo', sub: 'alice', context: { issue: 'FOO-1' } },
  'foo-2': { iss: 'tenant-foo', sub: 'alice', context: { issue: 'FOO-2' } },
  'bar-1': { iss: 'tenant-bar', sub: 'alice', context: { issue: 'BAR-1' } },
} satisfies Record<string, Holder>;

type Name = keyof typeof HOLDERS;
const NAMES = Object.keys(HOLDERS) as Name[];

/** Each request says in its query who sent it; the token must say the same. */
function expectOwnTokens(world: World): void {
  const strangers = world.app.seen.at('/api/echo').filter(({ url, judgement }) => {
    const holder: Holder = HOLDERS[new URLSearchParams(url.split('?')[1]).get('from') as Name];
    const { iss, context } = judgement.claims ?? {};
    return iss !== holder.iss || JSON.stringify(context) !== JSON.stringify(holder.context);
  });
  expect(strangers.map(({ url, judgement }) => ({ url, judgement }))).toEqual([]);
}

function burst(realm: AppRealm, count: number): Promise<number[]> {
  return realm.evaluate(
    (from, times) =>
      Promise.all(
        Array.from(
          { length: times },
          async (_, at) => (await harness.answer(`/api/echo?from=${from}&at=${at}`)).status,
        ),
      ),
    realm.name,
    count,
  );
}

onlyIn(
  test,
  'chromium',
  'firefox',
)(
  '43 · two tenants and two modules of one, 1,000 interleaved requests, the worker killed every 50: each its own token',
  async ({ world }) => {
    const tabs: AppRealm[] = [];
    for (const name of NAMES) {
      const tab = await world.openTab(name, { holder: HOLDERS[name], lifeSeconds: 60 });
      await tab.register();
      tabs.push(tab);
    }
    const statuses: number[] = [];
    for (let sent = 0; sent < 1_000; sent += 50) {
      // Every other time the back end also refuses all that was issued, so that the cold start has to refresh.
      if (sent % 200 === 100) world.app.issuer.revokeAll();
      const bursts = [17, 17, 16].map((count, at) => burst(tabs[at]!, count));
      statuses.push(...(await Promise.all(bursts)).flat());
      await world.profile.stopWorkers();
    }

    expect(statuses).toEqual(Array.from({ length: 1_000 }, () => 200));
    expectOwnTokens(world);
  },
);

// In Firefox the requests of a worker that is stopped fail.
onlyIn(test, 'chromium')(
  'the worker is killed while requests of three identities are in flight: each ends, with its own token',
  async ({ world }) => {
    const tabs: AppRealm[] = [];
    for (const name of NAMES) {
      const tab = await world.openTab(name, { holder: HOLDERS[name] });
      await tab.register();
      tabs.push(tab);
    }
    for (let round = 0; round < 5; round += 1) {
      world.app.issuer.revokeAll();
      const before = world.app.seen.all.length;
      const bursts = Promise.all(tabs.map((tab) => burst(tab, 10)));
      await world.profile.stopWorkers();
      const statuses = await bursts;
      // An answer that was on its way through the worker goes with it (0), which Chromium cannot ask for again. So each
      // request is answered, or was with its own token; and none is refused.
      const wasAnswered = (name: string, at: number): boolean =>
        world.app.seen.all
          .slice(before)
          .some(({ url, status }) => url === `/api/echo?from=${name}&at=${at}` && status === 200);
      const lost = tabs.flatMap(({ name }, tab) =>
        statuses[tab]!.flatMap((status, at) =>
          status === 200 || (status === 0 && wasAnswered(name, at)) ? [] : [{ name, at, status }],
        ),
      );
      expect(lost).toEqual([]);
    }
    const after = await Promise.all(tabs.map((tab) => burst(tab, 10)));
    expect(after.flat()).toEqual(Array.from({ length: 30 }, () => 200));
    expectOwnTokens(world);
  },
);

test('43 · two frames of the app in one page of another site, each with a context of its own, never mix', async ({
  world,
}) => {
  const frames = await world.openFrames(HOLDERS);
  for (const frame of frames) expect(await frame.register()).toBe('service-worker');
  for (let round = 0; round < 3; round += 1) {
    expect((await Promise.all(frames.map((frame) => burst(frame, 10)))).flat()).toEqual(
      Array.from({ length: 30 }, () => 200),
    );
    world.app.issuer.revokeAll();
  }
  expectOwnTokens(world);
});

test('42 · the user of a tab changes: what the old one asked for is not sent for the new one, and the old token never again', async ({
  world,
}) => {
  const tab = await world.openTab('foo-1', { holder: HOLDERS['foo-1'] });
  await tab.register();
  expect(await burst(tab, 1)).toEqual([200]);
  world.app.issuer.revokeAll();
  world.app.tokenHost.switchTo('foo-1', HOLDERS['bar-1']);

  expect(await tab.fetch('/api/upload', { method: 'POST', body: 'of foo' })).toMatchObject({ status: 401 });
  expect(world.app.seen.at('/api/upload')).toHaveLength(1);
  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/report').judgement.claims).toMatchObject(HOLDERS['bar-1']);
});

test('42 · the user changes back and forth while slow refreshes are under way: no answer comes under another’s name', async ({
  world,
}) => {
  const tab = await world.openTab('foo-1', { holder: HOLDERS['foo-1'] });
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 200 });
  for (let round = 0; round < 6; round += 1) {
    const name = round % 2 === 0 ? 'bar-1' : 'foo-1';
    world.app.tokenHost.switchTo('foo-1', HOLDERS[name]);
    world.app.issuer.revokeAll();
    await tab.fetch('/api/echo');
    const switchedAt = world.app.seen.all.length;
    await tab.fetch('/api/report');
    const after = world.app.seen.all.slice(switchedAt).filter(({ path }) => path === '/api/report');
    expect(after.map(({ judgement }) => judgement.claims?.iss)).toEqual([HOLDERS[name].iss]);
  }
});

test('a worker of the app is served while one identity is live, and passes untouched once there are two', async ({
  world,
}) => {
  const foo = await world.openTab('foo-1', { holder: HOLDERS['foo-1'] });
  await foo.register();
  await burst(foo, 1);
  expect(await foo.evaluate(() => harness.dedicatedWorkerFetch('/api/upload'))).toMatchObject({
    status: 200,
  });
  const bar = await world.openTab('bar-1', { holder: HOLDERS['bar-1'] });
  await bar.register();
  await burst(bar, 1);

  expect(await foo.evaluate(() => harness.dedicatedWorkerFetch('/api/report'))).toMatchObject({
    status: 401,
  });
  expect(world.app.seen.only('/api/report').authorization).toEqual([]);
});

test('tabs that give the same identity share a token, whatever its claims say', async ({ world }) => {
  const first = await world.openTab('foo-1', { holder: HOLDERS['foo-1'] });
  const second = await world.openTab('foo-2', { holder: HOLDERS['foo-2'] });
  await first.register({ identity: 'alice' });
  await first.fetch('/api/echo?from=foo-1');
  await second.register({ identity: 'alice' });
  await second.fetch('/api/echo?from=foo-1');

  expect(world.app.tokenHost.calls.map(({ tab }) => tab)).toEqual(['foo-1']);
  expectOwnTokens(world);
});

for (const [name, inPage] of [
  ['a', 'fallback'],
  ['a', 'always'],
  ['b', 'always'],
] as const) {
  const first = name === 'a' ? 'whose token was the first' : 'that had found a token in the store';
  test(`42 · inPage: '${inPage}', a page ${first}: its provider has named another than the option; the former’s valid token is sent no more, nor after the page comes back`, async ({
    world,
  }) => {
    const [alice, bob] = [HOLDERS['foo-1'], HOLDERS['bar-1']];
    const tabs = {
      a: await world.openTab('a', { holder: alice }),
      b: await world.openTab('b', { holder: alice }),
    };
    for (const each of Object.values(tabs)) {
      await each.register({ identity: 'alice', inPage });
      expect(await each.fetch('/api/echo')).toMatchObject({ status: 200 });
    }
    const tab = tabs[name];
    const round = async (at: number): Promise<void> => {
      await tab.fetch('/api/echo');
      await tab.evaluate((url) => harness.image(url), `/api/picture.png?round=${at}`);
    };
    world.app.tokenHost.switchTo(name, bob);
    await tab.evaluate(() => void (harness.registrations.named = 'bob'));
    await tab.getAccessToken({ forceRefresh: true });
    await tab.settledEvents('tokenRefreshed');
    world.app.seen.clear();
    await round(1);
    await tab.evaluate(() => void document.dispatchEvent(new Event('resume')));
    await round(2);
    await round(3);
    const sent = [...world.app.seen.at('/api/echo'), ...world.app.seen.at('/api/picture.png')];
    expect(sent).toHaveLength(6);
    expect(sent.map(({ judgement }) => judgement.claims?.iss)).toEqual(sent.map(() => bob.iss));
  });
}

test("42 · inPage: 'always', the provider names another while the worker is on its way: the other’s valid token is not sent for it", async ({
  world,
}) => {
  const [alice, bob] = [HOLDERS['foo-1'], HOLDERS['bar-1']];
  let letGo!: () => void;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  world.app.intercept = async ({ url }) => {
    if (url.pathname === '/bearer-worker.js') await held;
    return false;
  };
  const tabs = [
    await world.openTab('a', { holder: bob }),
    await world.openTab('b', { holder: alice }),
  ] as const;
  const [tab] = tabs;
  await tab.evaluate(() => void (harness.registrations.named = 'bob'));
  for (const each of tabs) {
    await each.evaluate(async () => {
      const own = globalThis.fetch;
      Object.assign(globalThis, {
        registering: harness.registrations.register({ identity: 'alice', inPage: 'always' }),
      });
      while (globalThis.fetch === own) await new Promise((resolve) => setTimeout(resolve));
    });
    expect(await each.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
  letGo();
  for (const each of tabs) await each.evaluate(() => (globalThis as { registering?: unknown }).registering);
  world.app.seen.clear();
  await tab.evaluate(() => harness.image('/api/picture.png'));
  await tab.evaluate(() => void document.dispatchEvent(new Event('resume')));
  await tab.fetch('/api/echo');
  const sent = world.app.seen.all.filter(({ path }) => /echo|picture/.test(path));
  expect(sent.map(({ judgement }) => judgement.claims?.iss)).toEqual([bob.iss, bob.iss]);
});

test('42 · a page without a worker registers as another user and gets one: the answer of the former provider, come meanwhile, is not sent for it', async ({
  world,
}) => {
  const [alice, bob] = [HOLDERS['foo-1'], HOLDERS['bar-1']];
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a', { holder: alice });
  expect(await tab.register({ identity: 'alice' })).toBe('page');
  tab.behave({ kind: 'token', delayMs: 1500 });
  const early = tab.fetch('/api/early');
  await expect.poll(() => tab.providerCalls.length).toBe(1);
  world.app.tokenHost.switchTo('a', bob);
  tab.behave({ kind: 'token' });
  // It takes control after that answer has come.
  const later = '(setTimeout(() => self.clients.claim(), 2500), Promise.resolve())';
  world.app.workerScript = (built) => built.replaceAll('self.clients.claim()', later);
  expect(await tab.register({ identity: 'bob' })).toBe('service-worker');
  await early;
  world.app.seen.clear();
  await tab.fetch('/api/echo');
  await tab.evaluate(() => void document.dispatchEvent(new Event('resume')));
  await tab.evaluate(() => harness.image('/api/picture.png'));
  const sent = world.app.seen.all.filter(({ path }) => /echo|picture/.test(path));
  expect(sent.map(({ judgement }) => judgement.claims?.iss)).toEqual([bob.iss, bob.iss]);
});
