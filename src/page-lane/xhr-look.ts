import type { ErrorCode } from '../core/errors.js';

/** What stands over the request's own properties until it is opened anew. */
const PROPERTIES = ['readyState', 'status', 'statusText', 'responseURL', 'response', 'responseText'];
const METHODS = ['getResponseHeader', 'getAllResponseHeaders'];

/** It looks to the page as `shown` says, whatever the browser has of it. */
export function look(xhr: XMLHttpRequest, shown: object): void {
  for (const [name, value] of Object.entries(shown)) {
    Object.defineProperty(xhr, name, { value: value as unknown, configurable: true });
  }
}

/** It looks as the browser says again. */
export function unlook(xhr: XMLHttpRequest): void {
  for (const name of [...PROPERTIES, ...METHODS]) Reflect.deleteProperty(xhr, name);
}

/**
 * It looks as one that was answered by a 401 of our own (RFC 9457): `onUnavailable: 'fail'`.
 *
 * @returns the headers of that answer
 */
export function lookRefused(xhr: XMLHttpRequest, url: string, scheme: string, code: ErrorCode): Headers {
  const text = JSON.stringify({ title: 'No token available', status: 401, code });
  const headers = new Headers({
    'Content-Type': 'application/problem+json',
    'WWW-Authenticate': scheme || 'Bearer',
  });
  look(xhr, {
    readyState: 4,
    status: 401,
    statusText: 'Unauthorized',
    responseURL: url,
    response: toResponse(text, xhr.responseType),
    ...(/^(text)?$/.test(xhr.responseType) ? { responseText: text } : {}),
    getResponseHeader: (name: string) => headers.get(name),
    getAllResponseHeaders: () => [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
  });
  return headers;
}

function toResponse(text: string, type: XMLHttpRequestResponseType): unknown {
  switch (type) {
    case 'json':
      return JSON.parse(text);
    case 'blob':
      return new Blob([text], { type: 'application/problem+json' });
    case 'arraybuffer':
      return new TextEncoder().encode(text).buffer;
    case 'document':
      return null;
    case 'text':
    case '':
      return text;
  }
}
