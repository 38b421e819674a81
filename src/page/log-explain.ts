import type { createMatcher as CreateMatcher, RequestFacts } from '../core/match.js';
import type { RouteRule, WorkerOptions } from '../core/options.js';
import type { PageOptions } from './options.js';
import type { TokenInjectorMode } from './token-injector.js';

/** What a URL alone does not say: an image has the destination `'image'`, a link the mode `'navigate'`. */
export interface Asked {
  readonly method?: string;
  readonly mode?: string;
  readonly destination?: string;
  readonly headers?: HeadersInit;
}

/** Whether such a request gets a token, as far as a page can tell, and why not; what the worker said is in the log. */
export function explainRequest(
  createMatcher: typeof CreateMatcher,
  options: PageOptions,
  attaches: TokenInjectorMode,
  input: RequestInfo | URL,
  asked: Asked = {},
): { readonly isCovered: boolean; readonly why: string } {
  const { worker } = options;
  const no = (why: string) => ({ isCovered: false, why: `No token: ${why}` });
  const given = input instanceof Request ? input : undefined;
  const address = input instanceof Request ? input.url : input;
  if (!URL.canParse(address, document.baseURI)) return no('this is no URL.');
  const url = new URL(address, document.baseURI);
  const facts: RequestFacts = {
    url: url.href,
    method: (asked.method ?? given?.method ?? 'GET').toUpperCase(),
    mode: asked.mode ?? given?.mode ?? 'cors',
    destination: asked.destination ?? given?.destination ?? '',
    referrer: location.href,
  };
  const { method, mode, destination } = facts;
  const path = url.pathname;
  const origin = self.origin === 'null' ? location.origin : self.origin;
  const ruleFor = (changed: Partial<RequestFacts>, by: Partial<WorkerOptions> = {}): RouteRule | undefined =>
    createMatcher({ ...worker, ...by }, origin)({ ...facts, ...changed });
  /** The paths of `include` alone, without the terms of their rules. */
  const paths = worker.include.map((entry) => (typeof entry === 'string' ? entry : entry.path));
  const plain = { method: 'GET', mode: 'cors', destination: '' };

  if (url.origin !== origin) {
    return no(
      `it goes to ${url.origin}, and a token goes to ${origin} only. Proxy it under a path of yours.`,
    );
  }
  const headers = new Headers(asked.headers ?? given?.headers);
  if (headers.has(worker.header)) {
    return no(`it has a header ${worker.header} already, which is left as it is. Take it out of your code.`);
  }
  if (!ruleFor(plain, { include: ['/'], exclude: [] })) {
    return no(`the path ${path} has dot segments behind escapes, or is encoded too often. Send it plainly.`);
  }
  if (!ruleFor(plain, { include: paths, exclude: [] })) {
    return no(`include has no path that covers ${path}: ${list(paths)}. Whole segments and case count.`);
  }
  if (!ruleFor(plain, { include: paths })) {
    return no(`exclude has ${path}: ${list(worker.exclude)}. It wins over include.`);
  }
  const rule = ruleFor({});
  if (!rule) {
    if (mode === 'navigate') {
      return no(
        'it is a navigation. A rule with navigations: true covers GET navigations from your own pages.',
      );
    }
    if (!ruleFor({ mode: 'cors', destination: '' })) {
      return no(`no rule of include that covers ${path} has the method ${method}.`);
    }
    return no(
      `the destination "${destination}" is not covered. Name it in a rule: destinations: ["${destination}"].`,
    );
  }
  const isOwn = destination === '' && mode !== 'navigate';
  const controller = 'serviceWorker' in navigator && navigator.serviceWorker.controller;
  if (!(attaches === 'page' && isOwn) && !controller) {
    return no(
      attaches === 'page'
        ? 'no worker controls this page, and it attaches to fetch and XMLHttpRequest only.'
        : 'no worker controls this page yet. Await registerTokenInjector before the request.',
    );
  }
  const by = attaches === 'page' && isOwn ? 'this page' : 'the worker';
  return {
    isCovered: true,
    why: `Covered by ${JSON.stringify(rule)}: ${by} attaches the token. If it went without: was it sent before registerTokenInjector had resolved, is there a line "request <its URL>" in the log, does the console ask to reload the page, or does it pass workers (synchronous XHR, <a download>, WebSocket)?`,
  };
}

function list(paths: readonly string[]): string {
  return paths.length > 0 ? paths.join(', ') : 'it is empty';
}
