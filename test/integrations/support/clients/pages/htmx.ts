import htmx from 'htmx.org';
import 'htmx.org/dist/ext/hx-sse.js';

const heard: string[] = [];
for (const type of ['htmx:response:error', 'htmx:error', 'htmx:sse:error']) {
  document.addEventListener(type, ({ detail }: CustomEventInit<{ ctx?: { status?: string } }>) =>
    heard.push(`${type} ${detail?.ctx?.status ?? ''}`),
  );
}

const PANEL = `
<div id="panel" hx-get="/api/panel" hx-trigger="go">empty</div>
<form id="form" hx-post="/api/form" hx-target="#answer" hx-encoding="multipart/form-data" hx-trigger="go">
  <input name="title" value="a report"><input id="file" type="file" name="file"></form>
<div id="answer">empty</div>`;

const client = {
  heard,

  open(): void {
    document.body.insertAdjacentHTML('beforeend', PANEL);
    const files = new DataTransfer();
    files.items.add(new File(['content'], 'report.txt'));
    document.querySelector<HTMLInputElement>('#file')!.files = files.files;
    htmx.process(document.body);
  },

  /** Triggers them all at once; what then stands in the page. */
  async go(...ids: string[]): Promise<string[]> {
    await Promise.all(
      ids.map(
        (id) =>
          new Promise((resolve) => {
            const element = document.getElementById(id)!;
            element.addEventListener('htmx:finally:request', resolve, { once: true });
            htmx.trigger(element, 'go');
          }),
      ),
    );
    return ['panel', 'answer'].map((id) => document.getElementById(id)!.textContent);
  },

  listen(): void {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<ul id="live" hx-sse:connect="/api/live" hx-swap="beforeend"></ul>',
    );
    htmx.process(document.getElementById('live')!);
  },
  live: (): string => document.getElementById('live')!.textContent,
  hangUp: (): void => document.getElementById('live')!.remove(),
};

declare global {
  var htmxClient: typeof client;
}
globalThis.htmxClient = client;
