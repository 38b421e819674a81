import { expect } from 'vitest';
import type { Tab } from './tab.js';
import type { World } from './world.js';

/**
 * Waits until each tab sends the token that was sent last. A page's own lane hears of another's token a moment later;
 * one that has not would take it from the store where its own is refused, and ask nobody.
 */
export async function knowNewest({ app }: World, tabs: readonly Tab[]): Promise<void> {
  const lastToken = (): unknown => app.seen.at('/api/echo').at(-1)?.judgement.claims?.jti;
  const newest = lastToken();
  for (const tab of tabs) {
    const sends = (): Promise<unknown> => tab.fetch('/api/echo').then(lastToken);
    await expect.poll(sends).toBe(newest);
  }
}
