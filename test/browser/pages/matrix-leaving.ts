type Sight = Record<string, unknown>;

const OPENED = 'matrix-opened';

/** Puts a thing into the page that, when it is clicked, leads to the address in a window of its own. */
export function offer(kind: keyof typeof OFFERS, url: string): void {
  document.querySelector('#offer')?.remove();
  const holder = Object.assign(document.createElement('div'), { id: 'offer' });
  holder.innerHTML = OFFERS[kind](url);
  document.body.prepend(holder);
}

const OFFERS = {
  'window.open': (url: string) => `<button id="go" onclick="window.open('${url}', '${OPENED}')">go</button>`,
  link: (url: string) => `<a id="go" href="${url}" target="${OPENED}" rel="opener">go</a>`,
  download: (url: string) => `<a id="go" href="${url}">go</a>`,
  'download attribute': (url: string) => `<a id="go" href="${url}" download>go</a>`,
  // A form that gets has its query replaced by its fields.
  'form get': (url: string) => form('get', url),
  'form post': (url: string) => form('post', url),
};

function form(method: string, address: string): string {
  const { pathname, searchParams } = new URL(address, location.href);
  const fields = method === 'post' ? [['amount', '1000']] : [...searchParams];
  const inputs = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  const action = method === 'post' ? address : pathname;
  return `<form method="${method}" action="${action}" target="${OPENED}" rel="opener">${inputs.join('')}<button id="go">go</button></form>`;
}

/** What the window holds that was opened; it is closed. */
export async function seeOpened(): Promise<Sight> {
  const opened = window.open('', OPENED)!;
  while (!isThere(opened)) await new Promise((resolve) => setTimeout(resolve, 5));
  const { title, referrer, contentType, URL: url, body } = opened.document;
  opened.close();
  return { title, referrer, contentType, url, text: body.textContent };
}

function isThere({ document: opened }: Window): boolean {
  return opened.readyState === 'complete' && opened.URL !== 'about:blank';
}

/** Sends it while the page goes away. */
export function sendAtUnload(kind: 'beacon' | 'keepalive', url: string): void {
  addEventListener('pagehide', () => {
    if (kind === 'beacon') navigator.sendBeacon(url, 'bye');
    else void fetch(url, { method: 'POST', body: 'bye', keepalive: true });
  });
}
