import type { VirtualPage } from './virtual-page.js';
import type { VirtualWorker } from './virtual-worker.js';
import type { World } from './world.js';

/**
 * The page heard that it is logged out, as its engine would: until it hears of a new token, or is asked by force, it calls
 * no provider, and says whose token it had last.
 */
export function hearsOfLogout(page: VirtualPage, identity = heardIdentity(page)): void {
  const give = page.provider;
  const heard = page.eventsNamed('tokenRefreshed').length;
  page.provider = (...asked) => {
    if (asked[0].reason === 'forced' || page.eventsNamed('tokenRefreshed').length > heard)
      return give(...asked);
    throw Object.assign(new Error('logged out'), { identity });
  };
}

/** Whose token it heard of last. */
export function heardIdentity(page: VirtualPage): string | undefined {
  return page.eventsNamed('tokenRefreshed').at(-1)?.['identity'] as string | undefined;
}

/** It had a token and has logged out; then all is gone that anybody else knew of it. */
export async function logOutAndForget(world: World, page: VirtualPage): Promise<void> {
  await page.sendsToken();
  await world.clock.until(page.say({ type: 'logout' }));
  hearsOfLogout(page);
  world.store.record = undefined;
  world.restartWorker();
}

/** A core of a page's own lane, which sees that page alone. */
export function laneOf(world: World, page: VirtualPage): VirtualWorker {
  const lane = world.addCore();
  const { clients } = lane.core.platform;
  const notify = clients.notify.bind(clients);
  Object.assign(clients, {
    seesAll: false,
    list: () => Promise.resolve([page]),
    notify: (id: string, name: string, detail: object) => {
      if (id === page.id) notify(id, name, detail);
    },
  });
  return lane;
}

/** What a page says and sends goes to that core. */
export async function inCore<T>(world: World, core: VirtualWorker, say: () => Promise<T>): Promise<T> {
  const { worker } = world;
  world.worker = core;
  const said = say();
  world.worker = worker;
  return world.clock.until(said);
}
