/** How one XMLHttpRequest looked to its page, event by event. */
export interface XhrLog {
  readonly events: readonly string[];
  readonly status: number;
  readonly statusText: string;
  readonly response: string;
  readonly url: string;
  readonly threw: string | undefined;
}

export interface XhrPlan {
  readonly method?: string;
  readonly body?: 'text' | 'form' | 'blob' | 'buffer' | 'params';
  readonly responseType?: XMLHttpRequestResponseType;
  readonly headers?: Record<string, string>;
  readonly isSync?: boolean;
  readonly timeoutMs?: number;
  readonly abortAfterMs?: number;
  /** Called right after `send`. */
  readonly then?: 'header' | 'send' | 'reopen' | 'change-body';
  /** An upload is watched, which makes it another request to the browser. */
  readonly watchesUpload?: boolean;
}

const EVENTS = ['readystatechange', 'loadstart', 'load', 'error', 'abort', 'timeout', 'loadend'] as const;

/** Sends it as planned, and says all that the page could see. Progress is left out: how often it comes is chance. */
export async function xhrLog(url: string, plan: XhrPlan = {}): Promise<XhrLog> {
  const events: string[] = [];
  const request = new XMLHttpRequest();
  for (const type of EVENTS) {
    request.addEventListener(type, () => events.push(`${type} ${request.readyState}`));
  }
  request.open(plan.method ?? 'GET', url, !plan.isSync);
  if (plan.watchesUpload) {
    for (const type of EVENTS) request.upload.addEventListener(type, () => events.push(`upload ${type}`));
    request.upload.addEventListener('progress', () => events.push('upload progress'));
  }
  if (plan.responseType !== undefined) request.responseType = plan.responseType;
  if (plan.timeoutMs !== undefined) request.timeout = plan.timeoutMs;
  for (const [name, value] of Object.entries(plan.headers ?? {})) request.setRequestHeader(name, value);
  const body = plan.body && BODIES[plan.body]();
  const ended = plan.isSync
    ? Promise.resolve()
    : new Promise((resolve) => request.addEventListener('loadend', resolve));
  let threw: string | undefined;
  request.send(body ?? null);
  try {
    if (plan.then === 'header') request.setRequestHeader('x-late', '1');
    if (plan.then === 'send') request.send();
    if (plan.then === 'reopen') {
      request.open('GET', `${url}?again`);
      request.send();
    }
    if (plan.then === 'change-body' && body instanceof Uint8Array) body.fill(0);
    if (plan.then === 'change-body' && body instanceof FormData) body.append('late', 'x');
  } catch (error) {
    threw = error instanceof Error ? error.name : String(error);
  }
  if (plan.abortAfterMs !== undefined) setTimeout(() => request.abort(), plan.abortAfterMs);
  await ended;
  // What comes after its end is to be seen too.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { status, statusText, responseURL } = request;
  return { events, status, statusText, response: await textOf(request), url: responseURL, threw };
}

async function textOf(request: XMLHttpRequest): Promise<string> {
  const response: unknown = request.response;
  if (response === null || typeof response === 'string') return response ?? '';
  if (response instanceof Blob || response instanceof ArrayBuffer) return new Response(response).text();
  return JSON.stringify(response);
}

const BODIES = {
  text: () => 'żółw 🐢',
  form() {
    const form = new FormData();
    form.append('note', 'two words');
    form.append('file', new File([new Uint8Array(50_000).fill(7)], 'ü.bin', { type: 'application/x-notes' }));
    return form;
  },
  blob: () => new Blob([new Uint8Array(3_000_000).fill(9)], { type: 'application/octet-stream' }),
  buffer: () => new Uint8Array(20_000).fill(5),
  params: () => new URLSearchParams({ a: '1 2', b: 'ü' }),
} as const;
