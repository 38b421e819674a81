import { startChromium } from './chromium.js';
import { ENGINES, type Engine, type EngineName } from './engine.js';
import { startFirefox } from './firefox.js';
import { startWebkit } from './webkit.js';

/** The engine that these tests run in; each has a test project of its own. */
export const engineName = ((): EngineName => {
  const wanted = process.env['ENGINE'] ?? 'chromium';
  const name = ENGINES.find((each) => each === wanted);
  if (name === undefined) throw new Error(`$ENGINE is "${wanted}"; there are ${ENGINES.join(', ')}.`);
  return name;
})();

const STARTS: Record<EngineName, () => Promise<Engine>> = {
  chromium: () => startChromium(),
  firefox: () => startFirefox(),
  webkit: () => startWebkit(),
};

export function startEngine(): Promise<Engine> {
  return STARTS[engineName]();
}
