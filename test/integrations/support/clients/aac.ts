const SAMPLES_PER_FRAME = 1024;
const SAMPLES_PER_SECOND = 48_000;

/** A frame of AAC-LC that is silence, in one channel. */
const SILENCE = Buffer.from([0x00, 0xc8, 0x00, 0x80, 0x23, 0x80]);

/** A segment of packed audio, as HLS allows it (RFC 8216, 3.4): when it begins, in an ID3 tag, then frames. */
export function silentSegment(startSeconds: number, seconds: number): Buffer {
  const frames = Math.round((seconds * SAMPLES_PER_SECOND) / SAMPLES_PER_FRAME);
  return Buffer.concat([timestamp(startSeconds), ...Array<Buffer>(frames).fill(frame())]);
}

/** ADTS: MPEG-4, LC, 48 kHz, one channel. */
function frame(): Buffer {
  const bytes = 7 + SILENCE.length;
  const header = Buffer.from([0xff, 0xf1, 0x4c, 0x40, bytes >> 3, ((bytes & 7) << 5) | 0x1f, 0xfc]);
  return Buffer.concat([header, SILENCE]);
}

function timestamp(startSeconds: number): Buffer {
  const owner = Buffer.from('com.apple.streaming.transportStreamTimestamp\0', 'latin1');
  const value = Buffer.alloc(8);
  value.writeBigUInt64BE(BigInt(Math.round(startSeconds * 90_000)));
  const length = owner.length + value.length;
  const frameHeader = Buffer.from([...Buffer.from('PRIV'), 0, 0, 0, length, 0, 0]);
  const header = Buffer.from([...Buffer.from('ID3'), 4, 0, 0, 0, 0, 0, frameHeader.length + length]);
  return Buffer.concat([header, frameHeader, owner, value]);
}
