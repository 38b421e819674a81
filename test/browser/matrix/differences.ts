import type { Arrival, Observation } from './observe.js';

/** Every field in which two observations differ, one a line: `request 1 header accept: a → b`. */
export function differences(bare: Observation, covered: Observation, onlyFirst = false): string[] {
  const lines: string[] = [];
  const say = (what: string, before: unknown, after: unknown): void => {
    const [from, to] = [before, after].map((each) => (each === undefined ? 'none' : JSON.stringify(each)));
    if (from !== to) lines.push(`${what}: ${from} → ${to}`);
  };
  for (const [name, of] of [
    ['request', 'arrivals'],
    ['elsewhere', 'elsewhere'],
    ['preflight', 'preflights'],
  ] as const) {
    const [before, after] = [bare[of], covered[of]];
    if (!onlyFirst) say(`${name} count`, before.length, after.length);
    const both = onlyFirst ? 1 : Math.min(before.length, after.length);
    for (let at = 0; at < both; at += 1) {
      if (before[at] && after[at]) compareArrivals(`${name} ${at + 1}`, before[at]!, after[at]!, say);
    }
  }
  const [before, after] = [bare.sight, covered.sight].map((text) => flat(JSON.parse(text)));
  for (const key of new Set([...before!.keys(), ...after!.keys()]))
    say(`page ${key}`, before!.get(key), after!.get(key));
  return lines;
}

function compareArrivals(
  name: string,
  before: Arrival,
  after: Arrival,
  say: (what: string, before: unknown, after: unknown) => void,
): void {
  for (const field of ['method', 'url', 'body', 'status'] as const)
    say(`${name} ${field}`, before[field], after[field]);
  const [from, to] = [before, after].map(({ headers }) => byName(headers));
  for (const header of new Set([...from!.keys(), ...to!.keys()])) {
    say(`${name} header ${header}`, from!.get(header), to!.get(header));
  }
  const order = (these: Map<string, string>, others: Map<string, string>): string =>
    [...these.keys()].filter((header) => others.has(header)).join(' ');
  say(`${name} order of headers`, order(from!, to!), order(to!, from!));
}

function byName(headers: Arrival['headers']): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before} | ${value}`);
  }
  return found;
}

/** A page's sight by its fields; headers each by its name, all other lists as they are. */
function flat(sight: unknown): Map<string, unknown> {
  return new Map(
    Object.entries(sight as object).flatMap(([key, value]: [string, unknown]) =>
      key === 'headers' && Array.isArray(value)
        ? (value as [string, string][]).map(([name, text]) => [`header ${name}`, text] as const)
        : [[key, value] as const],
    ),
  );
}
