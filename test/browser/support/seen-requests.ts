import type { IncomingMessage } from 'node:http';
import { createHash } from 'node:crypto';
import type { Judgement } from './token-issuer.js';

/** One request as it came over the wire: repeated headers are still repeated here. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Every Authorization header that came; exactly one is what most tests want. */
  readonly authorization: readonly string[];
  readonly body: { readonly bytes: number; readonly sha256: string };
  /** Its beginning, as text. */
  readonly bodyText: string;
  readonly judgement: Judgement;
  readonly arrivedAtMs: number;
  /** Zero until the answer's headers have gone out. */
  status: number;
}

export function headerPairs(request: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    pairs.push([request.rawHeaders[at]!.toLowerCase(), request.rawHeaders[at + 1]!]);
  }
  return pairs;
}

export async function measureBody(
  request: IncomingMessage,
): Promise<{ bytes: number; sha256: string; text: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let text = '';
  for await (const chunk of request) {
    const piece = chunk as Buffer;
    hash.update(piece);
    bytes += piece.length;
    // Enough to read a form back; an upload of megabytes is compared by its hash.
    if (text.length < 4096) text += piece.toString('utf8');
  }
  return { bytes, sha256: hash.digest('hex'), text };
}

export class SeenRequests {
  readonly all: SeenRequest[] = [];

  /** Those of one path, in the order in which they came. */
  at(path: string): SeenRequest[] {
    return this.all.filter((request) => request.path === path);
  }

  /** The only one of that path; anything but one is an error that says how many there were. */
  only(path: string): SeenRequest {
    const [first, ...more] = this.at(path);
    if (first !== undefined && more.length === 0) return first;
    throw new Error(`The server saw ${this.at(path).length} requests of ${path}, where one was expected.`);
  }

  clear(): void {
    this.all.length = 0;
  }

  /** For a failing test's message: what came, in brief, without a token. */
  summary(): string {
    return this.all
      .slice(-40)
      .map(({ method, url, judgement, status }) => `${method} ${url} ${judgement.verdict} → ${status}`)
      .join('\n');
  }
}
