import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../../browser/support/token-host.js';
import type { Deed } from './deed.js';
import { toIdleTab } from './deed.js';
import { EVERYONE } from './history.js';
import type { Soak } from './soak.js';
import { HEALTHY } from './soaked-tab.js';

const FAILURES: readonly Behaviour[] = [
  { kind: 'hang' },
  { kind: 'reject', message: 'The host is not there.' },
  { kind: 'expired' },
  { kind: 'undefined' },
  { kind: 'garbled' },
  { kind: 'same' },
];

const DAMAGED: readonly unknown[] = [null, 'nonsense', { slots: 5, clients: [] }, { clients: [[7], null] }];

/** Chromium takes milliseconds; it is asked in vain where one starts again meanwhile. */
const STOP_MS = 3000;

/** The bench waits for ever where the store is deleted under it. */
const DAMAGE_MS = 3000;

/** What happens to all tabs at once, or to all of one user. */
export const DEEDS_TO_ALL: readonly Deed[] = [
  {
    name: 'stop the workers',
    weight: 6,
    async run({ history, world }) {
      const stop = history.begin('workers stop', EVERYONE);
      await Promise.race([world.profile.stopWorkers(), sleep(STOP_MS)]);
      history.end(stop);
      return true;
    },
  },
  {
    name: 'revoke all tokens',
    weight: 3,
    run({ history, world }) {
      world.app.issuer.revokeAll();
      history.note('tokens revoked', EVERYONE);
      return Promise.resolve(true);
    },
  },
  { name: 'network off and on', weight: 2, run: cutNetwork },
  {
    name: 'a provider is slow',
    weight: 3,
    run: (soak) => behave(soak, { kind: 'token', delayMs: soak.between(200, 1200) }, 'provider is slow'),
  },
  {
    name: 'a provider fails',
    weight: 3,
    run: (soak) => behave(soak, soak.pick(FAILURES), 'provider fails'),
  },
  toIdleTab('clear site data', 1, async (tab, { history }) => {
    const cleared = history.begin('site data cleared', EVERYONE);
    history.forgetLogouts();
    history.begin('no worker', EVERYONE);
    await tab.tab.evaluate(async () => void (await fetch('/forget')));
    history.end(cleared);
  }),
  toIdleTab('damage the store', 1, async (tab, { history, pick, storage }) => {
    const isThere = await tab.tab.evaluate(async () =>
      (await indexedDB.databases()).some(({ name }) => name === 'bearer-worker'),
    );
    if (!isThere) return;
    history.forgetLogouts();
    const damaged = history.begin('store damaged', EVERYONE);
    await Promise.race([storage.damage(tab.tab, pick(DAMAGED)), sleep(DAMAGE_MS)]);
    history.end(damaged);
  }),
];

/** Every page hears that it is offline. A page that is being loaded would never come, so none may be. */
async function cutNetwork({ between, history, network, tabs }: Soak): Promise<boolean> {
  const ms = between(300, 2500);
  const idle = tabs.filter(({ doing }) => doing === undefined);
  if (tabs.some(({ doing }) => doing !== undefined && doing !== 'freeze and thaw')) return false;
  for (const tab of idle) tab.doing = 'network off and on';
  const offline = history.begin('offline', EVERYONE);
  const mend = await network.cut(...idle.map(({ tab }) => tab.page));
  await sleep(ms);
  await mend();
  history.end(offline);
  for (const tab of idle) tab.doing = undefined;
  return true;
}

/** The providers of one tab, or of all of its user, for a while. */
async function behave(
  { ailing, between, history, pick, random, tabs, world }: Soak,
  behaviour: Behaviour,
  deed: 'provider is slow' | 'provider fails',
): Promise<boolean> {
  const ms = between(500, 4000);
  const { user, name } = pick(tabs);
  const isAlone = random() < 0.5;
  const names = tabs.filter((tab) => (isAlone ? tab.name === name : tab.user.sub === user.sub));
  const chosen = names.map((tab) => tab.name).filter((each) => !ailing.has(each));
  const spans = chosen.map((each) => history.begin(deed, each, behaviour.kind));
  for (const each of chosen) {
    ailing.add(each);
    world.app.tokenHost.behave(each, behaviour);
  }
  await sleep(ms);
  for (const each of chosen) {
    world.app.tokenHost.behave(each, HEALTHY);
    ailing.delete(each);
  }
  for (const span of spans) history.end(span);
  return chosen.length > 0;
}
