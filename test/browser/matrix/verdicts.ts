import type { EngineName } from '../support/engine.js';
import type { Lane } from '../support/matrix-world.js';
import { CELLS } from './exceptions.js';
import { LINES } from './facts.mjs';
import type { Behaviour } from './transport.js';

/** Why a cell is not a plain yes, by the names of facts. */
export interface Exception {
  readonly kind: 'but for' | 'passed on' | 'cannot';
  readonly facts: readonly string[];
}

/** Which cells a fact is about; what is left out is any. */
export interface Cells {
  readonly kind: Exception['kind'];
  readonly fact: string;
  readonly engines?: readonly EngineName[];
  readonly lanes?: readonly Lane[];
  readonly behaviours: readonly Behaviour[];
  readonly transports: RegExp | readonly string[];
  readonly except?: readonly string[];
}

export function exceptionOf(
  engine: EngineName,
  lane: Lane,
  transport: string,
  behaviour: Behaviour,
): Exception | undefined {
  const found = CELLS.filter(
    ({ engines, lanes, behaviours, transports, except }) =>
      (engines?.includes(engine) ?? true) &&
      (lanes?.includes(lane) ?? true) &&
      behaviours.includes(behaviour) &&
      !except?.includes(transport) &&
      (transports instanceof RegExp ? transports.test(transport) : transports.includes(transport)),
  );
  const kind = found.find((each) => each.kind === 'cannot')?.kind ?? found[0]?.kind;
  const told = found.filter((each) => each.kind === kind || each.kind === 'but for');
  return kind && { kind, facts: [...new Set(told.map(({ fact }) => fact))] };
}

/** The lines of a comparison by the names of the facts that they show; a line of no fact stays as it is. */
export function nameDifferences(lines: readonly string[]): string[] {
  const names = lines.map(
    (line) => Object.entries(LINES).find(([, pattern]) => pattern.test(line))?.[0] ?? line,
  );
  return [...new Set(names)].sort();
}
