import Hls, { FetchLoader, XhrLoader } from 'hls.js';

const heard: string[] = [];
let buffered = 0;
let hls: Hls | undefined;

/** A set-up as apps have it: it may open the request itself, to be able to set a header. */
function xhrSetup(xhr: XMLHttpRequest, url: string): void {
  xhr.open('GET', url, true);
  xhr.setRequestHeader('X-Own', 'kept');
}

const client = {
  heard,
  /** How many segments stand in the element’s buffer. */
  buffered: (): number => buffered,

  /** Resolves with the length of what can be played, or at the first error that ends it. */
  play(by: 'fetch' | 'xhr', segments: number): Promise<number> {
    hls?.destroy();
    buffered = 0;
    const media = document.createElement('video');
    document.body.append(media);
    const player = (hls = new Hls({ loader: by === 'fetch' ? FetchLoader : XhrLoader, xhrSetup }));
    return new Promise((resolve) => {
      player.on(Hls.Events.ERROR, (_type, { details, fatal, response }) => {
        heard.push(`${details} ${response?.code}`);
        if (fatal) resolve(0);
      });
      player.on(Hls.Events.FRAG_BUFFERED, () => {
        buffered += 1;
        if (buffered === segments) resolve(Math.round(media.buffered.end(0)));
      });
      player.loadSource('/api/hls/index.m3u8');
      player.attachMedia(media);
    });
  },
};

declare global {
  var hlsClient: typeof client;
}
globalThis.hlsClient = client;
