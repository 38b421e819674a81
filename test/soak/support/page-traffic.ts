/** A request of a soaked page, as the page saw it end. */
export interface PageRequest {
  readonly number: number;
  readonly kind: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Zero where no answer came; a picture that loaded counts as 200, what else it got only the server knows. */
  readonly status: number;
}

export interface Drained {
  readonly page: string;
  /** The page attaches its tokens itself. */
  readonly isOwnLane: boolean;
  readonly done: readonly PageRequest[];
  readonly pending: readonly {
    readonly number: number;
    readonly kind: string;
    readonly awakeSeconds: number;
  }[];
}

interface Soaked {
  readonly page: string;
  readonly done: PageRequest[];
  readonly pending: Map<number, { kind: string; ticks: number }>;
  timers: ReturnType<typeof setInterval>[];
}

type Realm = typeof globalThis & { soaked?: Soaked };

/** Runs in the page: each kind of request in turn, at a steady pace, whatever became of those before. */
export function startTraffic(page: string, everyMs: number): void {
  const soaked: Soaked = { page, done: [], pending: new Map(), timers: [] };
  (globalThis as Realm).soaked = soaked;
  const kinds: Record<string, (url: string) => Promise<number>> = {
    fetch: async (query) => (await harness.answer(`/api/echo${query}`)).status,
    xhr: async (query) => (await harness.xhr(`/api/report${query}`)).status,
    post: async (query) => (await harness.upload(`/api/upload${query}`, 'json')).status,
    image: async (query) => ((await harness.image(`/api/picture.png${query}`)) > 0 ? 200 : 0),
  };
  const names = Object.keys(kinds);
  let number = 0;
  const send = async (): Promise<void> => {
    const own = number++;
    const kind = names[own % names.length]!;
    const startedAtMs = Date.now();
    soaked.pending.set(own, { kind, ticks: 0 });
    const query = `?page=${page}&number=${own}&at=${startedAtMs}`;
    const status = await kinds[kind]!(query).catch(() => 0);
    soaked.pending.delete(own);
    soaked.done.push({ number: own, kind, startedAtMs, endedAtMs: Date.now(), status });
  };
  // A page that is frozen does not tick, so its age is what it was awake for.
  const tick = (): void => soaked.pending.forEach((request) => request.ticks++);
  soaked.timers = [setInterval(() => void send(), everyMs), setInterval(tick, 1000)];
}

/** Runs in the page: what has ended since, and what has not. */
export function drainTraffic(): Drained | undefined {
  const { soaked } = globalThis as Realm;
  if (!soaked) return undefined;
  const pending = [...soaked.pending].map(([number, { kind, ticks }]) => {
    return { number, kind, awakeSeconds: ticks };
  });
  const isOwnLane = harness.registrations.at().mode === 'page';
  return { page: soaked.page, isOwnLane, done: soaked.done.splice(0), pending };
}

/** Runs in the page: no more is sent; what is under way still ends, and ages. */
export function stopTraffic(): void {
  const { soaked } = globalThis as Realm;
  clearInterval(soaked?.timers.shift());
}
