import { seeFetch } from './matrix-fetch.js';
import type { RegisterOptions } from './registrations.js';

type Sight = Record<string, unknown>;

/** How a fetch looks to a worker, or a frame, of the page's own. */
export async function seeFrom(
  kind: keyof typeof CLIENTS,
  path: string,
  options?: RegisterOptions,
): Promise<Sight> {
  return CLIENTS[kind](new URL(path, location.href).href, options);
}

const WORKER = '/matrix/worker.js';

async function ask(worker: Worker, url: string): Promise<Sight> {
  const said = new Promise<Sight>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Sight>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.postMessage(url);
  const sight = await said;
  worker.terminate();
  return sight;
}

function loaded(frame: HTMLIFrameElement, within: Document): Promise<Window & typeof globalThis> {
  return new Promise((resolve) => {
    frame.onload = () => resolve(frame.contentWindow as Window & typeof globalThis);
    within.body.append(frame);
  });
}

const CLIENTS = {
  dedicated: (url: string) => ask(new Worker(WORKER), url),
  async blob(url: string) {
    const source = await (await fetch(WORKER)).blob();
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const sight = await ask(new Worker(address), url);
    URL.revokeObjectURL(address);
    return sight;
  },
  shared(url: string): Promise<Sight> {
    // Of a name of its own: one that was started before this page was controlled would answer.
    const { port } = new SharedWorker(WORKER, url);
    return new Promise((resolve) => {
      port.onmessage = ({ data }: MessageEvent<Sight>) => {
        port.close();
        resolve(data);
      };
      port.postMessage(url);
    });
  },
  async srcdoc(url: string) {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<!doctype html><title>of no address</title>';
    const sight = await seeFetch(url, {}, await loaded(frame, document));
    frame.remove();
    return sight;
  },
  async 'srcdoc that registers'(url: string, options: RegisterOptions | undefined) {
    const frame = document.createElement('iframe');
    frame.srcdoc = APP;
    const sight = await seeInApp(await loaded(frame, document), url, options);
    frame.remove();
    return sight;
  },
  async nested(url: string) {
    const [outer, inner] = [document.createElement('iframe'), document.createElement('iframe')];
    outer.src = inner.src = '/matrix/empty.html';
    const { document: within } = await loaded(outer, document);
    const sight = await seeFetch(url, {}, await loaded(inner, within));
    outer.remove();
    return sight;
  },
  async 'nested that registers'(url: string, options: RegisterOptions | undefined) {
    const [outer, inner] = [document.createElement('iframe'), document.createElement('iframe')];
    outer.src = '/matrix/empty.html';
    inner.src = location.href;
    const { document: within } = await loaded(outer, document);
    const sight = await seeInApp(await loaded(inner, within), url, options);
    outer.remove();
    return sight;
  },
};

/** The app, which is there when its page has loaded. */
const APP = '<!doctype html><title>The app</title><script type="module" src="/page.js"></script>';

/** @param options none where nobody ever registers */
async function seeInApp(
  within: Window & typeof globalThis,
  url: string,
  options: RegisterOptions | undefined,
): Promise<Sight> {
  const registered = options && (await within.harness.registrations.register(options));
  if (registered?.ok === false) return { registering: registered.error.message };
  return seeFetch(url, {}, within);
}
