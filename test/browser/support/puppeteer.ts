import type { Frame, Page } from 'puppeteer-core';
import type { Realm } from './engine.js';

/** Puppeteer's own types unwrap handles to objects in the page, which no test here passes. */
export function evaluateIn(target: Page | Frame): Realm['evaluate'] {
  const evaluate = target.evaluate.bind(target) as (run: unknown, ...args: unknown[]) => Promise<never>;
  return (run, ...args) => evaluate(run, ...args);
}

/** What the page says on its console from now on, and what it throws. */
export function recordConsole(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${String(error)}`));
  return lines;
}
