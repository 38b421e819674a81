import { nowMs, times, type Contestant, type Settings } from './contestant.js';

const CONTESTANTS: Readonly<Record<string, (settings: Settings) => Promise<Contestant>>> = {
  none: async () => (await import('./contestants/plain.js')).plain(),
  'pass-through': async () => (await import('./contestants/pass-through.js')).passThrough(),
  routed: async () => (await import('./contestants/routed.js')).routed(),
  least: async () => (await import('./contestants/least.js')).least(),
  'bearer-worker': async (settings) => (await import('./contestants/injector.js')).injector(settings),
  'in-page': async (settings) => (await import('./contestants/injector.js')).injector(settings),
  'no-worker': async (settings) => (await import('./contestants/injector.js')).injector(settings),
  axa: async () => (await import('./contestants/axa.js')).axa(),
  'axios-each': async () => (await import('./contestants/axios-each.js')).axiosEach(),
  'axios-mutex': async (settings) => (await import('./contestants/axios-mutex.js')).axiosMutex(settings),
};

const query = new URLSearchParams(location.search);
// A login comes back to a page of its own.
const settings: Settings = {
  contestant: query.get('contestant') ?? location.hostname.split('.')[0]!,
  direct: query.has('direct'),
  lifeSeconds: Number(query.get('lifeSeconds') ?? 900),
  options: JSON.parse(query.get('options') ?? '{}') as object,
};

const ready = CONTESTANTS[settings.contestant]!(settings);

/** What the benchmark asks of a page. */
const bench = {
  async ready(): Promise<void> {
    await ready;
  },

  /** Milliseconds of each request, one after the other. */
  async inTurn(url: string, count: number): Promise<number[]> {
    const { send } = await ready;
    const took: number[] = [];
    for (let at = 0; at < count; at++) {
      const startedAtMs = performance.now();
      assertGood(await send(url));
      took.push(performance.now() - startedAtMs);
    }
    return took;
  },

  /** Milliseconds until all of these, sent at once, have been answered. */
  async atOnce(url: string, count: number): Promise<number> {
    const { send } = await ready;
    const startedAtMs = performance.now();
    const all = await Promise.all(Array.from({ length: count }, () => send(url)));
    for (const status of all) assertGood(status);
    return performance.now() - startedAtMs;
  },

  /** Requests at a pace, for a while: what went wrong, and the milliseconds of each. */
  async atPace(url: string, perSecond: number, seconds: number): Promise<{ took: number[]; failed: number }> {
    const { send } = await ready;
    const took: number[] = [];
    let failed = 0;
    const underWay: Promise<void>[] = [];
    const startedAtMs = performance.now();
    for (let sent = 0; sent < perSecond * seconds; sent++) {
      const waitMs = startedAtMs + (sent * 1000) / perSecond - performance.now();
      if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const sentAtMs = performance.now();
      underWay.push(
        send(url).then(
          (status) => {
            if (status === 200) took.push(performance.now() - sentAtMs);
            else failed++;
          },
          () => void failed++,
        ),
      );
    }
    await Promise.all(underWay);
    return { took, failed };
  },

  /** An upload of that many bytes; milliseconds. */
  async upload(url: string, bytes: number): Promise<number> {
    const { send } = await ready;
    const body = new Blob([new Uint8Array(bytes)]);
    const startedAtMs = performance.now();
    assertGood(await send(url, { method: 'POST', body }));
    return performance.now() - startedAtMs;
  },

  /** A download that is read as it comes; milliseconds. */
  async download(url: string): Promise<number> {
    await ready;
    const startedAtMs = performance.now();
    const answer = await fetch(url);
    assertGood(answer.status);
    const reader = answer.body!.getReader();
    while (!(await reader.read()).done);
    return performance.now() - startedAtMs;
  },

  /** When the last token came here, and how many have. */
  tokens: () => ({ ...times }),
  nowMs,
};

function assertGood(status: number): void {
  if (status !== 200) throw new Error(`${settings.contestant}: an answer was ${status}.`);
}

export type Bench = typeof bench;

Object.assign(globalThis, { bench });

// What a user waits for: the first answer to a request that carries a token. A login leaves the page in between.
if (query.has('first')) sessionStorage.setItem('first', '1');
if (sessionStorage.getItem('first')) void bench.inTurn('/api/small?first', 1);
