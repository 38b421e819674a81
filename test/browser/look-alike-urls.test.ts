import { expect } from 'vitest';
import { test } from './support/world.js';

/** As the page writes it, and whether the address that the URL standard makes of it is covered by /api/. */
const ADDRESSES: readonly (readonly [address: string, covered: boolean])[] = [
  ['/api', true],
  ['/api/', true],
  ['/api/echo', true],
  ['/api/echo?next=//evil.example', true],
  ['/api?', true],
  ['/x/../api/echo', true],
  ['/./api/./echo', true],
  ['/x/%2e%2e/api/echo', true],
  ['\\api\\echo', true],
  ['/ap\ti/echo', true],
  ['/api/../other/echo', false],
  ['/api/%2e%2e/other/echo', false],
  ['/api/..\\other/echo', false],
  ['/apix/echo', false],
  ['/api-v2/echo', false],
  ['/API/echo', false],
  ['/Api/echo', false],
  ['/api%2fecho', false],
  ['/api%2Fecho', false],
  ['/%61pi/echo', false],
  ['/api;v=1/echo', false],
  ['/api%00/echo', false],
  ['/.//api/echo', false],
  ['/other/api/echo', false],
  ['/other/echo?/api/', false],
  ['/other/echo#/api/', false],
];

test('50 · a token goes where the parsed URL says so, and nowhere else', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  for (const [address, covered] of ADDRESSES) {
    world.app.seen.clear();
    await tab.fetch(address);
    expect(
      world.app.seen.all.map(({ authorization }) => authorization.length),
      address,
    ).toEqual([covered ? 1 : 0]);
  }
});

test('50 · no look-alike of the own origin gets a token', async ({ world }) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  app.seen.clear();
  const other = new URL(app.elsewhere);
  const addresses = [
    `${app.elsewhere}/api/echo`,
    `${app.attacker}/api/echo`,
    `//${other.host}/api/echo`,
    `\\\\${other.host}\\api\\echo`,
    `http:\\\\${other.host}/api/echo`,
    // The name is another, though it leads to the same server.
    `${app.origin.replace('127.0.0.1', 'localhost')}/api/echo`,
  ];
  for (const address of addresses) await tab.fetch(address, { mode: 'no-cors' });

  expect(app.seenElsewhere.all).toHaveLength(5);
  for (const { authorization } of [...app.seen.all, ...app.seenElsewhere.all])
    expect(authorization).toEqual([]);
});

test('50 · credentials in the address are no token and win over none', async ({ world }) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  app.seen.clear();
  const withUser = app.elsewhere.replace('http://', `http://${new URL(app.origin).host}@`);
  await tab.evaluate((address) => harness.image(address), `${withUser}/api/picture.png`);

  for (const { authorization } of app.seenElsewhere.all) {
    expect(authorization.filter((value) => value.startsWith('Bearer'))).toEqual([]);
  }
});
