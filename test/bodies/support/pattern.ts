import { createHash } from 'node:crypto';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Byte `at` of every large body is `(at * 31 + (at >> 8)) % 251`: neither constant nor periodic in a power of two, so
 * that a lost or repeated piece changes the hash. It repeats itself after 251 * 256 bytes.
 */
const PERIOD = 251 * 256;
const BLOCK = Buffer.from(Uint8Array.from({ length: PERIOD * 16 }, (_, at) => (at * 31 + (at >> 8)) % 251));

function* blocks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= BLOCK.length)
    yield BLOCK.subarray(0, Math.min(left, BLOCK.length));
}

export function patternHash(bytes: number): string {
  const hash = createHash('sha256');
  for (const block of blocks(bytes)) hash.update(block);
  return hash.digest('hex');
}

/** No faster than it is read; says how much was asked for. */
export async function writePattern(to: Writable, bytes: number): Promise<number> {
  let written = 0;
  const count = new Transform({
    transform(block: Buffer, _, done) {
      written += block.length;
      done(null, block);
    },
  });
  // A page that leaves in between is seen by how little it was.
  await pipeline(Readable.from(blocks(bytes), { objectMode: false }), count, to).catch(() => undefined);
  return written;
}
