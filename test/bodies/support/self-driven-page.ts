import type { Exchange } from '../../browser/support/app-server.js';
import type { Realm } from '../../browser/support/engine.js';

/** A browser that has not asked by then has not started. */
const ASK_MS = 60_000;

interface Task {
  readonly text: string;
  settle(this: void, settled: Settled): void;
  onHanded(): void;
}

type Settled = { readonly value?: never } | { readonly error: string };

/**
 * A page that fetches from the server what it shall do, does it, and posts what came of it: a driver that needs no
 * automation in the browser. Its addresses are not covered.
 */
export class SelfDrivenPage implements Realm {
  readonly #run: string;
  #task: Task | undefined;
  #onAsk: ((text: string) => void) | undefined;

  /** @param run by which the page's address tells it from one that was opened before */
  constructor(run: string) {
    this.#run = run;
  }

  /** Answers the page's own requests; says whether this was one. */
  serve({ url, response, bodyText }: Exchange): boolean {
    switch (url.pathname) {
      case '/self-driven.html':
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
        return true;
      case '/self-driven/next':
        // One that the browser has brought back from before is kept waiting.
        if (url.searchParams.get('run') !== this.#run) return true;
        this.#onAsk = (text) => response.writeHead(200, { 'cache-control': 'no-store' }).end(text);
        this.#hand();
        return true;
      case '/self-driven/settled': {
        response.writeHead(204).end();
        const task = this.#task;
        this.#task = undefined;
        task?.settle(JSON.parse(bodyText) as Settled);
        return true;
      }
      default:
        return false;
    }
  }

  evaluate: Realm['evaluate'] = async (run, ...args) => {
    const given = JSON.stringify(args.map((arg) => (arg === undefined ? [] : [arg])));
    const settled = await new Promise<Settled>((settle, reject) => {
      const tooLate = setTimeout(() => reject(new Error('The page has not asked what to do.')), ASK_MS);
      this.#task = {
        text: `(${String(run)})(...${given}.map(([arg]) => arg))`,
        settle,
        onHanded: () => clearTimeout(tooLate),
      };
      this.#hand();
    });
    if ('error' in settled) throw new Error(settled.error);
    return settled.value as never;
  };

  #hand(): void {
    if (!this.#task || !this.#onAsk) return;
    this.#task.onHanded();
    this.#onAsk(this.#task.text);
    this.#onAsk = undefined;
  }
}

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The app</title>
<link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>
<script type="module">
  // What stood there before any patch.
  const fetch = globalThis.fetch.bind(globalThis);
  for (;;) {
    const text = await (await fetch('/self-driven/next' + location.search)).text();
    let settled;
    try {
      settled = { value: await (0, eval)(text) };
    } catch (error) {
      settled = { error: String(error) + '\\n' + (error && error.stack) };
    }
    await fetch('/self-driven/settled', { method: 'POST', body: JSON.stringify(settled) });
  }
</script>
<h1>The app</h1>
<input type="file">
`;
