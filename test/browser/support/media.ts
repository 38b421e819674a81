import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from './app-server.js';

/** A picture of one pixel, so that an `<img>` has a width to show that it was really decoded. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

const SAMPLES_PER_SECOND = 44_100;
const SECONDS = 120;

/** Two minutes of sound, 10 MB. */
const TONE = tone();

const PIECE_BYTES = 64 * 1024;
const PIECE_MS = 50;

/**
 * The sound, or the range of it that was asked for. The whole of it takes 8 s, so that no browser has
 * its end before it is told to seek there.
 */
export function serveTone({ request, response }: Exchange): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const [, from = '0', to = ''] = range ?? [];
  const end = to === '' ? TONE.length - 1 : Math.min(Number(to), TONE.length - 1);
  response.writeHead(range === null ? 200 : 206, {
    'content-type': 'audio/wav',
    'accept-ranges': 'bytes',
    'content-length': end - Number(from) + 1,
    ...(range === null ? {} : { 'content-range': `bytes ${from}-${end}/${TONE.length}` }),
  });
  // A player hangs up on what it does not need.
  pipeline(inPieces(TONE.subarray(Number(from), end + 1)), response, () => {});
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (at > 0) await delay(PIECE_MS);
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

function tone(): Buffer {
  const samples = SAMPLES_PER_SECOND * SECONDS;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wav.writeUInt32LE(SAMPLES_PER_SECOND * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  return wav;
}
