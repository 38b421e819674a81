import { findParts } from '../../browser/support/token-parts.js';
import type { World } from '../../browser/support/world.js';
import type { Verdicts } from './verdicts.js';

/** What the browser itself says of every failed load. */
const OF_THE_BROWSER = /^error: (Failed to load resource|A bad HTTP response code)/;

/** Chromium reports each fetch that fails under `respondWith` as unhandled, also for a worker of one line. */
const OF_A_FAILED_FETCH = /^rejection: TypeError: Failed to fetch/;

/** Errors that nobody caught, and tokens, in anything that pages or workers said. */
export function judgeConsoles({ app, tabs }: World, verdicts: Verdicts): void {
  const lines = tabs.flatMap(({ name, page }) => page.console.map((line) => [name, line] as const));
  const said = [...lines, ...app.recordedInWorker.map((line) => ['the worker', line] as const)];
  const isError = /^(uncaught|error|rejection|console\.error): /;
  for (const [who, line] of said) {
    if (OF_THE_BROWSER.test(line) || OF_A_FAILED_FETCH.test(line)) continue;
    if (isError.test(line)) verdicts.violate('an error on a console', who, line);
  }
  const texts = new Set(said.map(([, line]) => line));
  verdicts.count('console lines read', said.length);
  const parts = findParts(
    app.issuer.issued.map(({ token }) => token),
    [...texts].join('\n'),
  );
  for (const part of parts) verdicts.violate('a token on a console', 'somebody', part);
}
