import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { test as base } from '../../browser/support/world.js';
import { openClient } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';
import { TusApp } from '../support/clients/tus-server.js';

const CHUNK_BYTES = 1024 * 1024;
const BYTES = 8 * CHUNK_BYTES;
const LIFE_SECONDS = 3;

const test = base.extend('tus', async ({ world }, { onCleanup }): Promise<TusApp> => {
  const tus = await TusApp.start(world.app);
  onCleanup(() => tus.close());
  return tus;
});

async function digestOf(tus: TusApp, url: string): Promise<string> {
  const file = await readFile(join(tus.directory, basename(url)));
  return createHash('sha256').update(file).digest('hex');
}

for (const lane of LANES) {
  const open = async (world: Parameters<typeof openClient>[0], tus: TusApp, lifeSeconds: number) => {
    const tab = await openClient(world, lane, 'tus', undefined, { origin: tus.origin, lifeSeconds });
    expect(await tab.evaluate((bytes) => tusClient.upload({ bytes, chunkBytes: bytes }), 1024)).toContain(
      'response code: 401',
    );
    await tab.evaluate(() => void tusClient.heard.splice(0));
    tus.requests.length = 0;
    expect(await tab.register(lane.options)).toBe(lane.mode);
    return tab;
  };

  test(`tus, ${lane.name}: 8 MB in pieces outlive several tokens of ${LIFE_SECONDS} s; each piece is served once, and the client hears of no refusal`, async ({
    world,
    tus,
  }) => {
    const tab = await open(world, tus, LIFE_SECONDS);
    tus.delayMs = 900;
    const settings = { bytes: BYTES, chunkBytes: CHUNK_BYTES };
    const url = await tab.evaluate((given) => tusClient.upload(given), settings);
    expect(await digestOf(tus, url)).toBe(await tab.evaluate((bytes) => tusClient.digest(bytes), BYTES));
    // A machine that stands still between the two may let a token end on its way; the piece is then sent again.
    expect(tus.requests.filter(({ verdict }) => !/^(good|expired)$/.test(verdict))).toEqual([]);
    const served = tus.requests.filter(({ verdict }) => verdict === 'good');
    expect(served.map(({ method, offset }) => [method, offset])).toEqual([
      ['POST', -1],
      ...Array.from({ length: 8 }, (_, at) => ['PATCH', at * CHUNK_BYTES]),
    ]);
    const tokens = new Set(tus.requests.map(({ tokenId }) => tokenId));
    expect(tokens.size).toBeGreaterThan(2);
    // One that is got beside a piece is not sent where the piece takes as long as it lives.
    expect(tab.providerCalls.length).toBeLessThanOrEqual(served.length);
    expect(await tab.evaluate(() => tusClient.progress())).toBeGreaterThanOrEqual(8);
    expect(await tab.evaluate(() => tusClient.heard)).toEqual([]);
  });

  test(`tus, ${lane.name}: a piece whose token is refused is sent again as it was; given up after three pieces, the upload is resumed`, async ({
    world,
    tus,
  }) => {
    const tab = await open(world, tus, 300);
    tus.onPatch = (count) => {
      if (count === 1) world.app.issuer.revokeAll();
    };
    const settings = { bytes: BYTES, chunkBytes: CHUNK_BYTES };
    const given = await tab.evaluate((of) => tusClient.upload({ ...of, abortAfter: 3 }), settings);
    expect(given).toBe('aborted');
    const patches = () => tus.requests.filter(({ method }) => method === 'PATCH');
    expect(
      patches()
        .slice(0, 4)
        .map(({ verdict, offset }) => [verdict, offset / CHUNK_BYTES]),
    ).toEqual([
      ['good', 0],
      ['revoked', 1],
      ['good', 1],
      ['good', 2],
    ]);
    // And the token is refused at the question how far it had come.
    world.app.issuer.revokeAll();
    tus.onPatch = undefined;
    tus.requests.length = 0;
    const url = await tab.evaluate((of) => tusClient.upload({ ...of, resume: true }), settings);
    expect(await digestOf(tus, url)).toBe(await tab.evaluate((bytes) => tusClient.digest(bytes), BYTES));
    expect(tus.requests.slice(0, 2).map(({ method, verdict }) => [method, verdict])).toEqual([
      ['HEAD', 'revoked'],
      ['HEAD', 'good'],
    ]);
    expect(Math.min(...patches().map(({ offset }) => offset))).toBeGreaterThanOrEqual(3 * CHUNK_BYTES);
    expect(tab.providerCalls.map(({ reason }) => reason)).toEqual(['initial', 'rejected', 'rejected']);
    expect(await tab.evaluate(() => tusClient.heard)).toEqual([]);
  });
  test(`tus, ${lane.name}: refused as it is created with its first piece, and refused as it is taken back`, async ({
    world,
    tus,
  }) => {
    const tab = await open(world, tus, 300);
    expect((await tab.fetch('/api/echo')).status).toBe(200);
    world.app.issuer.revokeAll();
    const settings = { bytes: 2 * CHUNK_BYTES, chunkBytes: CHUNK_BYTES, atOnce: true };
    const url = await tab.evaluate((given) => tusClient.upload(given), settings);
    expect(await digestOf(tus, url)).toBe(
      await tab.evaluate((bytes) => tusClient.digest(bytes), settings.bytes),
    );
    world.app.issuer.revokeAll();
    await tab.evaluate(() => tusClient.terminate());
    await expect(digestOf(tus, url)).rejects.toThrow('ENOENT');
    expect(tus.requests.map(({ method, verdict }) => [method, verdict])).toEqual([
      ['POST', 'revoked'],
      ['POST', 'good'],
      ['PATCH', 'good'],
      ['DELETE', 'revoked'],
      ['DELETE', 'good'],
    ]);
    expect(await tab.evaluate(() => tusClient.heard)).toEqual([]);
  });
}
