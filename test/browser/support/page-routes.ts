import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Route } from './app-server.js';
import { pageScript } from './page-bundle.js';
import { sendWorkerScript } from './worker-script.js';

/** The app's pages and scripts, and what its provider calls. None of these paths is covered. */
export function pageRoutes(path: string): Route | undefined {
  if (path === '/page.js' || path.startsWith('/chunks/')) {
    return async ({ response }) => sendScript(response, await pageScript(path));
  }
  return ROUTES.get(path);
}

const ROUTES = new Map<string, Route>([
  ['/page.html', ({ response }) => sendHtml(response, PAGE)],
  ['/frames.html', ({ response, url }) => sendHtml(response, frames(url))],
  ['/link.html', ({ response, url }) => sendHtml(response, link(url))],
  ['/channel-recorder.js', async ({ response }) => sendScript(response, await source('channel-recorder.js'))],
  ['/dedicated-worker.js', async ({ response }) => sendScript(response, await source('dedicated-worker.js'))],
  ['/bearer-worker.js', ({ app, response }) => sendWorkerScript(app.workerScript, response)],
  ['/favicon.ico', ({ response }) => void response.writeHead(204).end()],
  // As when a user clears the site's data: workers and storage are gone, the page stays.
  ['/forget', ({ response }) => void response.writeHead(204, { 'clear-site-data': '"storage"' }).end()],
  ['/landed', ({ response }) => sendHtml(response, '<!doctype html><title>landed</title>')],
  // An open redirect of the app: the sort of thing that lends a foreign navigation the app's own address.
  [
    '/go',
    ({ response, url }) =>
      void response.writeHead(302, { location: url.searchParams.get('to') ?? '/' }).end(),
  ],
  [
    '/recorded',
    ({ app, bodyText, response }) => {
      app.recordedInWorker.push(bodyText);
      response.writeHead(204).end();
    },
  ],
  ['/mint', mint],
  // The same behind a covered path, for a provider that has to call one.
  ['/api/open/mint', mint],
]);

async function mint({ app, url, response }: Parameters<Route>[0]): Promise<void> {
  const { searchParams } = url;
  const minted = await app.tokenHost.mint(searchParams.get('tab') ?? '', searchParams.get('reason') ?? '');
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  });
  response.end(JSON.stringify(minted));
}

// A cookie, so that a request that loses its credentials on the way is seen to differ.
function sendHtml(response: ServerResponse, html: string): void {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'visit=1; Path=/' })
    .end(html);
}

function sendScript(response: ServerResponse, script: string): void {
  // Any origin may read it: a frame in a sandbox of opaque origin is the app's too.
  response
    .writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'access-control-allow-origin': '*' })
    .end(script);
}

function source(name: string): Promise<string> {
  return readFile(new URL(`../pages/${name}`, import.meta.url), 'utf8');
}

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The app</title>
<link rel="icon" href="data:,">
<script src="/channel-recorder.js"></script>
<script type="module" src="/page.js"></script>
<h1>The app</h1>
`;

/** `?frame=a http://…&frame=b http://…&sandbox=…`: a page that embeds each address under its name. */
function frames(url: URL): string {
  const sandbox = escape(url.searchParams.get('sandbox') ?? 'allow-scripts allow-same-origin');
  const elements = url.searchParams.getAll('frame').map((frame) => {
    const [name, address] = frame.split(' ');
    return `<iframe name="${name}" src="${escape(address ?? '')}" sandbox="${sandbox}"></iframe>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>The host</title>${elements.join('\n')}`;
}

/** `?to=…&policy=…`: a page with a link there, and a form that posts there. */
function link(url: URL): string {
  const to = escape(url.searchParams.get('to') ?? '');
  const policy = escape(url.searchParams.get('policy') ?? 'unsafe-url');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Links</title>
<meta name="referrer" content="${policy}">
<a id="link" href="${to}">there</a>
<form method="post" action="${to}"><input type="hidden" name="amount" value="1000"><button id="post">post</button></form>
<form method="get" action="${to}"><button id="get">get</button></form>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
