type Sight = Record<string, unknown>;

/** How an element that loads something looks to its page once it has loaded, or failed to. */
export async function seeElement(kind: keyof typeof ELEMENTS, url: string): Promise<Sight> {
  return ELEMENTS[kind](url);
}

/** Resolves with the first of these events. */
function first(target: EventTarget, ...types: string[]): Promise<string> {
  return new Promise((resolve) => {
    for (const type of types) target.addEventListener(type, () => resolve(type), { once: true });
  });
}

async function media(tag: 'audio' | 'video', url: string): Promise<Sight> {
  const element = document.createElement(tag);
  element.preload = 'auto';
  element.muted = true;
  element.src = url;
  document.body.append(element);
  const loaded = await first(element, 'loadedmetadata', 'error');
  const { duration, error } = element;
  if (loaded === 'error') return { loaded, code: error?.code, message: error?.message };
  element.currentTime = 110;
  const sought = await first(element, 'seeked', 'error');
  const { currentTime } = element;
  element.removeAttribute('src');
  element.load();
  element.remove();
  return { loaded, duration: Math.round(duration), sought, currentTime: Math.round(currentTime) };
}

async function script(url: string, type: string): Promise<Sight> {
  Reflect.deleteProperty(globalThis, 'matrixScript');
  const element = Object.assign(document.createElement('script'), { src: url, type });
  const loaded = first(element, 'load', 'error');
  document.head.append(element);
  const event = await loaded;
  element.remove();
  return { event, value: Reflect.get(globalThis, 'matrixScript') };
}

const ELEMENTS = {
  async img(url: string) {
    const element = new Image();
    element.src = url;
    const event = await first(element, 'load', 'error');
    const { naturalWidth, complete, currentSrc } = element;
    return { event, naturalWidth, complete, currentSrc };
  },
  audio: (url: string) => media('audio', url),
  video: (url: string) => media('video', url),
  async track(url: string) {
    const video = document.createElement('video');
    const track = Object.assign(document.createElement('track'), {
      src: url,
      kind: 'captions',
      default: true,
    });
    video.append(track);
    document.body.append(video);
    track.track.mode = 'showing';
    const event = await first(track, 'load', 'error');
    const cues = track.track.cues?.length;
    video.remove();
    return { event, readyState: track.readyState, cues };
  },
  async style(url: string) {
    const box = Object.assign(document.createElement('div'), { id: 'styled' });
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url });
    document.body.append(box);
    const loaded = first(link, 'load', 'error');
    document.head.append(link);
    const event = await loaded;
    const { width } = getComputedStyle(box);
    const rules = event === 'load' ? [...link.sheet!.cssRules].map(({ cssText }) => cssText) : [];
    box.remove();
    link.remove();
    return { event, width: width === '321px', rules };
  },
  script: (url: string) => script(url, ''),
  module: (url: string) => script(url, 'module'),
  async import(url: string) {
    try {
      return { ...((await import(/* @vite-ignore */ url)) as object) };
    } catch (error) {
      return { error: String(error) };
    }
  },
};
