import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MIB = 1024 * 1024;

/** What is shared by two processes is counted once: each has its proportion of it (`Pss` of `smaps_rollup`). */
class Memory {
  readonly #root: number;
  #family: readonly number[] = [];
  #lookedAtMs = 0;

  constructor(root: number) {
    this.#root = root;
  }

  bytes(): number {
    if (Date.now() - this.#lookedAtMs > FAMILY_MS) {
      this.#family = family(this.#root);
      this.#lookedAtMs = Date.now();
    }
    return this.#family.reduce((sum, pid) => sum + proportionalBytes(pid), 0);
  }
}

/** Processes come seldom, and to look for them is dear. */
const FAMILY_MS = 1000;

const SAMPLE_MS = 100;
const QUIET_SAMPLES = 20;
const QUIET_BYTES = 8 * MIB;
const QUIET_WAIT_MS = 20_000;

/** The highest that was seen above what there was before, in MiB. */
export interface Growth {
  readonly growthMiB: number;
  /** In the first half of the time. */
  readonly earlyMiB: number;
  /** In the second. */
  readonly lateMiB: number;
  readonly samples: number;
}

/** Samples a browser, all its processes together, while something is done in it. */
export class MemoryWatch {
  readonly #memory: Memory;
  readonly #before: number;
  readonly #samples: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(memory: Memory, before: number) {
    this.#memory = memory;
    this.#before = before;
    this.#sample();
  }

  /** The server runs in this process too: on a busy machine the samples come less often, and leave it its time. */
  #sample(): void {
    const startedAtMs = Date.now();
    this.#samples.push(this.#memory.bytes());
    const tookMs = Date.now() - startedAtMs;
    this.#timer = setTimeout(() => this.#sample(), Math.max(SAMPLE_MS - tookMs, 4 * tookMs));
  }

  /** Begins once the browser has come to rest: it starts, forks in reserve and collects garbage for a while. */
  static async start(root: number): Promise<MemoryWatch> {
    const memory = new Memory(root);
    const endMs = Date.now() + QUIET_WAIT_MS;
    let recent: number[] = [];
    while (Date.now() < endMs) {
      recent = [...recent, memory.bytes()].slice(-QUIET_SAMPLES);
      const isQuiet = Math.max(...recent) - Math.min(...recent) < QUIET_BYTES;
      if (recent.length === QUIET_SAMPLES && isQuiet) break;
      await sleep(SAMPLE_MS);
    }
    return new MemoryWatch(memory, median(recent));
  }

  stop(): Growth {
    clearTimeout(this.#timer);
    this.#samples.push(this.#memory.bytes());
    const half = Math.ceil(this.#samples.length / 2);
    const [growthMiB, earlyMiB, lateMiB] = [
      this.#samples,
      this.#samples.slice(0, half),
      this.#samples.slice(-half),
    ].map((samples) => Math.round((Math.max(...samples) - this.#before) / MIB)) as [number, number, number];
    return { growthMiB, earlyMiB, lateMiB, samples: this.#samples.length };
  }
}

/** The process and all that descend from it. */
export function family(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // A command's name may hold spaces and brackets; the parent comes two fields after the last bracket.
    const parent = /.*\) \S (\d+) /s.exec(read(`/proc/${name}/stat`))?.[1];
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), +name]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** Nothing where the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
