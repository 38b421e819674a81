import { createCipheriv, randomBytes } from 'node:crypto';
import { silentSegment } from './aac.js';
import type { ClientRoutes } from './client-tab.js';

export const SEGMENTS = 5;
const SECONDS = 4;
const KEY = randomBytes(16);

const PLAYLIST = [
  '#EXTM3U',
  '#EXT-X-VERSION:3',
  `#EXT-X-TARGETDURATION:${SECONDS + 1}`,
  '#EXT-X-MEDIA-SEQUENCE:0',
  '#EXT-X-PLAYLIST-TYPE:VOD',
  '#EXT-X-KEY:METHOD=AES-128,URI="key"',
  ...Array.from({ length: SEGMENTS }, (_, at) => `#EXTINF:${SECONDS},\nsegment-${at}.aac`),
  '#EXT-X-ENDLIST',
].join('\n');

const MASTER = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"\nlist.m3u8\n';

/** `/api/hls/`: a playlist of playlists, one of them, a key, and segments of silence encrypted with it. */
export const hlsRoute: ClientRoutes = ({ seen, response }) => {
  const [, name = ''] = /^\/api\/hls\/(.+)$/.exec(seen.path) ?? [];
  if (name === '') return false;
  const segment = /^segment-(\d+)\.aac$/.exec(name);
  if (segment) {
    const at = Number(segment[1]);
    // Without an IV in the list it is the number of the segment.
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(at, 12);
    const cipher = createCipheriv('aes-128-cbc', KEY, iv);
    const body = Buffer.concat([cipher.update(silentSegment(at * SECONDS, SECONDS)), cipher.final()]);
    response.writeHead(200, { 'content-type': 'audio/aac', 'content-length': body.length }).end(body);
  } else if (name === 'key') {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(KEY);
  } else {
    response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' });
    response.end(name === 'index.m3u8' ? MASTER : PLAYLIST);
  }
  return true;
};
