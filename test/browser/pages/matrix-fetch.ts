import { digest } from './matrix-digest.js';
import { BODIES, type BodyKind } from './matrix-bodies.js';

export interface FetchPlan {
  readonly init?: RequestInit;
  readonly body?: BodyKind;
  /** Asked for once before, so that the browser's cache has it. */
  readonly isCached?: boolean;
  /** When the page gives it up: at once, or at the first piece of the answer. */
  readonly abort?: 'before headers' | 'after headers';
}

/** All that the page can see of one fetch. */
export async function seeFetch(
  url: string,
  plan: FetchPlan = {},
  within: Pick<typeof globalThis, 'fetch'> = globalThis,
): Promise<Record<string, unknown>> {
  const { init = {}, body, isCached, abort } = plan;
  const controller = new AbortController();
  const given: RequestInit = { ...init };
  if (body === 'stream' && !sendsStreams()) return { error: 'no streams' };
  if (body !== undefined) given.body = BODIES[body]();
  // A stream can only be sent by halves.
  if (body === 'stream') Object.assign(given, { duplex: 'half' });
  if (abort) given.signal = controller.signal;
  try {
    if (isCached) await (await within.fetch(url)).text();
    const answered = within.fetch(url, given);
    if (abort === 'before headers') {
      await arrived(url);
      controller.abort();
    }
    const response = await answered;
    const { status, statusText, type, redirected } = response;
    const facts = { status, statusText, type, url: response.url, redirected, headers: headersOf(response) };
    try {
      const read = abort ? cutShort(response, controller) : response.arrayBuffer().then(digest);
      return { ...facts, body: await read };
    } catch (error) {
      return { ...facts, bodyError: String(error) };
    }
  } catch (error) {
    return { error: String(error) };
  }
}

/** Without streams the body is `[object ReadableStream]`, as text. */
function sendsStreams(): boolean {
  const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' };
  return !new Request('/', init).headers.has('content-type');
}

/** Waits until the server has the request: what is given up earlier is perhaps never sent. */
async function arrived(url: string): Promise<void> {
  const { search } = new URL(url, location.href);
  await fetch(`/matrix/arrived${search}`);
}

async function cutShort(response: Response, controller: AbortController): Promise<string> {
  const reader = response.body!.getReader();
  await reader.read();
  controller.abort();
  while (!(await reader.read()).done);
  return 'whole';
}

export function headersOf({ headers }: Response): [string, string][] {
  return [...headers].filter(([name]) => name !== 'date');
}
