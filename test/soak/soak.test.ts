import { expect, test } from 'vitest';
import { AppServer } from '../browser/support/app-server.js';
import { startChromium } from '../browser/support/chromium.js';
import { World } from '../browser/support/world.js';
import { Soak } from './support/soak.js';

const minutes = Number(process.env['SOAK_MINUTES'] ?? 3);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** The tabs are opened before; the last calm, and what is still under way then, come after. */
const AROUND_MS = 180_000;

test(
  `six tabs, three users, ${minutes} minutes of random faults: no token goes astray, and all heals`,
  { timeout: minutes * 60_000 + AROUND_MS },
  async ({ onTestFinished }) => {
    const app = await AppServer.start();
    const engine = await startChromium();
    onTestFinished(async () => {
      await engine.close();
      await app.close();
    });
    const soak = new Soak(new World(app, await engine.openProfile()), seed);
    process.stdout.write(`SEED=${seed} SOAK_MINUTES=${minutes}\n`);
    await soak.start();
    await soak.run(minutes * 60_000);
    const { violations } = soak.verdicts;
    process.stdout.write(`\n${[soak.judge.table(), ...violations].join('\n\n')}\n\n`);

    expect(violations).toHaveLength(0);
  },
);
