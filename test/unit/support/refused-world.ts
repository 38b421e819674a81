import type { WorkerOptions } from '../../../src/core/options.js';
import type { VirtualPage } from './virtual-page.js';
import { World } from './world.js';

/** A world with a page that has had its first token, which the server refuses from now on. */
export async function refusedWorld(
  options: Partial<WorkerOptions> = {},
  identity?: string,
): Promise<{ world: World; page: VirtualPage; old: string }> {
  const world = new World(options);
  const page = await world.registeredPage('p1', world.gives('ann'), identity);
  await world.clock.until(page.fetch());
  const old = world.tokens[0]!;
  world.server.refused.add(old);
  world.server.received.length = 0;
  return { world, page, old };
}
