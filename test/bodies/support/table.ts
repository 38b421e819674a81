import type { EngineName } from '../../browser/support/engine.js';
import type { Lane } from './measure.js';

const LANES: Record<Lane, string> = {
  none: 'without us',
  idle: 'an idle worker',
  worker: 'the worker',
  page: 'the page’s lane',
  xhr: 'the page’s lane, XHR',
};

/** What was measured, by engine and body, as the documents show it. */
export class Table {
  readonly #rows = new Map<string, Partial<Record<Lane, number>>>();

  note(engine: EngineName, what: string, lane: Lane, growthMiB: number): void {
    const row = `${engine} | ${what}`;
    // Said at once too: the whole takes a quarter of an hour.
    process.stdout.write(`${row} | ${LANES[lane]}: ${shown(growthMiB)}\n`);
    this.#rows.set(row, { ...this.#rows.get(row), [lane]: growthMiB });
  }

  toString(): string {
    const lanes = Object.keys(LANES) as Lane[];
    const rows = [...this.#rows].map(
      ([row, growths]) => `| ${row} | ${lanes.map((lane) => shown(growths[lane])).join(' | ')} |`,
    );
    return [
      `| engine | body | ${Object.values(LANES).join(' | ')} |`,
      `| --- | --- |${' --- |'.repeat(lanes.length)}`,
      ...rows,
    ].join('\n');
  }
}

function shown(growthMiB: number | undefined): string {
  return growthMiB === undefined ? '' : `${Math.max(growthMiB, 0)} MB`;
}
