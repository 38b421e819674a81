import { expect } from 'vitest';
import { ALICE, test } from './support/world.js';

/** The judge that every other test relies on, tried by itself: without a worker in the way. */
test('the back end takes a good token and refuses one that is missing, repeated, forged, expired or revoked', async ({
  world,
}) => {
  const { app } = world;
  const tab = await world.openTab('a');
  const send = async (...authorization: string[]): Promise<string> => {
    const headers = authorization.map((value): [string, string] => ['Authorization', value]);
    const { status } = await tab.fetch('/api/echo', { headers });
    return `${status} ${app.seen.at('/api/echo').at(-1)?.judgement.verdict}`;
  };
  const good = await app.issuer.issue(ALICE, 60);
  const expired = await app.issuer.issue(ALICE, 60, 61);
  const foreign = await new (app.issuer.constructor as new () => typeof app.issuer)().issue(ALICE, 60);

  expect(await send(`Bearer ${good.token}`)).toBe('200 good');
  expect(await send()).toBe('401 missing');
  expect(await send(`Bearer ${good.token}`, `Bearer ${good.token}`)).toBe('401 repeated');
  expect(await send(good.token)).toBe('401 no-bearer');
  expect(await send(`Bearer ${foreign.token}`)).toBe('401 forged');
  expect(await send(`Bearer ${expired.token}`)).toBe('401 expired');
  app.issuer.revokeAll();
  expect(await send(`Bearer ${good.token}`)).toBe('401 revoked');
});

test('what is refused on /api/ is answered, and still judged, on /api/open/ and outside of /api', async ({
  world,
}) => {
  const tab = await world.openTab('a');

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 401, body: '{"refused":"missing"}' });
  expect(await tab.fetch('/api/open/echo')).toMatchObject({ status: 200 });
  expect(await tab.fetch('/other/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/open/echo').judgement.verdict).toBe('missing');
});

test('the profile of one test shares no worker and no storage with another', async ({ engine, world }) => {
  const tab = await world.openTab('a');
  await tab.evaluate(() => localStorage.setItem('mark', 'here'));
  const other = await engine.openProfile();
  const page = await other.openPage(`${world.app.origin}/page.html?tab=a`);

  expect(await page.evaluate(() => localStorage.getItem('mark'))).toBeNull();
  await other.close();
});
