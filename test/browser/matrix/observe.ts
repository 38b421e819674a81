import { expect } from 'vitest';
import { letGo } from '../support/matrix-cut-answers.js';
import { wireBody } from '../support/matrix-routes.js';
import { MARKS, type Matrix, type Site } from '../support/matrix-world.js';
import type { SeenRequest } from '../support/seen-requests.js';
import type { By } from '../support/matrix-world.js';
import { engineName } from '../support/start-engine.js';
import type { Transport } from './transport.js';
import { exceptionOf } from './verdicts.js';

/** One request as the server saw it, less the token and what differs between any two sends. */
export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly status: number;
  readonly authorization: readonly string[];
  readonly verdict: string;
}

/** What server and page noticed of one use of a transport. */
export interface Observation {
  readonly arrivals: readonly Arrival[];
  /** What came to another origin, and what the browser asked it before. */
  readonly elsewhere: readonly Arrival[];
  readonly preflights: readonly Arrival[];
  /** All that the page saw, as JSON. */
  readonly sight: string;
  /** Whether the browser has closed the connection before the answer's end. */
  readonly isLetGo: boolean;
}

/** Long enough for what a browser does at once, and no longer: most of what is waited for here never comes. */
const SETTLES_MS = 300;

/**
 * For a connection that does close, on a machine however slow. Chromium (156) closes that of an EventSource at once, but
 * for 7 of 2,400, under load, after 5 s; there was no worker.
 */
const CLOSES_MS = 15_000;

export interface Refusal {
  /** From which of its requests on the cell's first token is refused. */
  readonly from: number;
  readonly isSentAgain: boolean;
}

export function siteOf(matrix: Matrix, by: By, { needsHttp2 }: Transport): Promise<Site> {
  return needsHttp2 ? matrix.http2(by) : matrix.site(by);
}

export async function observe(
  matrix: Matrix,
  by: By,
  transport: Transport,
  refusal?: Refusal,
): Promise<Observation> {
  const site = await siteOf(matrix, by, transport);
  const refuse = refusal ? `&refuse=${refusal.from}` : '';
  const cell = encodeURIComponent(transport.name.replace(/[^a-z0-9]+/gi, '-'));
  const root = transport.isNamed ? '/api/matrix/named/' : '/api/matrix/';
  const [path, query] = transport.path.split('?');
  const url = `${root}${path}?cell=${cell}&by=${MARKS[by]}${query ? `&${query}` : ''}${refuse}`;
  const address = new URL(url, site.app.origin);
  const isOfCell = (seen: SeenRequest): boolean =>
    seen.url.includes(`?cell=${cell}&by=${MARKS[by]}`) && seen.url.includes('&refuse=') === (refuse !== '');
  const arrivals = (): SeenRequest[] =>
    site.app.seen.all.filter((seen) => isOfCell(seen) && seen.path.startsWith('/api/'));

  const answered = (): number => arrivals().filter(({ status }) => status > 0).length;
  const wanted = refusal?.isSentAgain ? refusal.from + 2 : 1;
  const sight = await transport.run(site, url, async () => {
    await expect.poll(answered, { interval: 5 }).toBeGreaterThanOrEqual(wanted);
  });
  // Time to be sent again after all.
  if (refusal?.isSentAgain === false) await new Promise((resolve) => setTimeout(resolve, SETTLES_MS));
  if (transport.mayLeave) await site.restore();
  if (transport.watchesClose) await closes(address, isToClose(by, transport) ? CLOSES_MS : SETTLES_MS);
  const isLetGo = letGo.has(address);
  letGo.end(address);
  const elsewhere = site.app.seenElsewhere.all.filter(isOfCell).map(arrivalOf);
  return {
    arrivals: arrivals().map(arrivalOf),
    elsewhere: elsewhere.filter(({ method }) => method !== 'OPTIONS'),
    preflights: elsewhere.filter(({ method }) => method === 'OPTIONS'),
    sight: plain(JSON.stringify(sight)),
    isLetGo,
  };
}

/** Where it stays open by a known exception, that is not awaited for long. */
function isToClose(by: By, { name }: Transport): boolean {
  return by === 'bare' || exceptionOf(engineName, by, name, 'abort') === undefined;
}

async function closes(address: URL, withinMs: number): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!letGo.has(address) && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 5));
}

function plain(text: string): string {
  return text.replace(/by=(bare|work|page)/g, 'by=any').replace(/&refuse=\d/g, '');
}

function arrivalOf({
  method,
  url,
  headers,
  body,
  bodyText,
  judgement,
  status,
  authorization,
}: SeenRequest): Arrival {
  const content = wireBody(headers, body, bodyText);
  const isForm = headers.some(([, value]) => value.startsWith('multipart/form-data'));
  const kept = headers
    .filter(([name]) => name !== 'authorization')
    .map(([name, value]) => {
      if (isForm && name === 'content-length') return [name, 'of a form'] as const;
      return [name, plain(value).replace(/boundary=.*/, 'boundary')] as const;
    });
  return {
    method,
    url: plain(url),
    headers: kept,
    body: content,
    status,
    authorization,
    verdict: judgement.verdict,
  };
}

export type { Site };
