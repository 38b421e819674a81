import $ from 'jquery';

const heard: string[] = [];
$(document).on('ajaxError', (_event, { status }) => void heard.push(`ajaxError ${status}`));
const statusCode = { 401: () => void heard.push('statusCode 401') };

let aborted: Promise<string> = Promise.resolve('');
let underWay: { abort(): void } | undefined;

const client = {
  heard,

  begin(): void {
    const call = $.ajax('/api/report', { method: 'POST', data: 'x', global: false });
    underWay = call;
    aborted = call.then(
      (_data, text) => text,
      (_xhr, text) => text,
    );
  },
  abort(): Promise<string> {
    underWay?.abort();
    return aborted;
  },

  status: (): Promise<number> =>
    $.ajax('/api/echo?alone', { global: false }).then(
      (_data, _text, { status }) => status,
      ({ status }) => status,
    ),

  async calls(): Promise<unknown[]> {
    const form = new FormData();
    form.append('file', new Blob(['a report']), 'report.txt');
    return Promise.all([
      $.get('/api/echo', { page: 2 }).then(({ url }: { url: string }) => url),
      $.ajax('/api/report', {
        method: 'POST',
        contentType: 'application/json',
        data: JSON.stringify({ total: 1 }),
        headers: { 'X-Own': 'kept' },
        timeout: 20_000,
        statusCode,
      }).then(({ method }: { method: string }) => method),
      $.post({ url: '/api/upload', data: form, processData: false, contentType: false }).then(
        ({ body }: { body: { bytes: number } }) => body.bytes > 0,
      ),
      $.ajax('/api/?form', { method: 'PUT', data: { a: [1, 2] } }).then((_data, text, { status }) => [
        text,
        status,
      ]),
    ]);
  },
};

declare global {
  var jqueryClient: typeof client;
}
globalThis.jqueryClient = client;
