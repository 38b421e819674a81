import type { WorkerOptions } from '../core/options.js';
import { headerValue } from '../web/header-value.js';
import type { NativeXhr } from './native-xhr.js';

/** Sets what is ours of a request's headers: the token, and `isPastCache`, that none of the browser's cache will do. */
export function setOwnHeaders(
  xhr: XMLHttpRequest,
  { setRequestHeader }: NativeXhr,
  { header, scheme }: WorkerOptions,
  token: string | undefined,
  isPastCache: boolean,
): void {
  if (token !== undefined) setRequestHeader.call(xhr, header, headerValue(scheme, token));
  // The only way in which an XHR can ask past the browser's cache: Chromium heeds the one word, Firefox the other. In a
  // sandbox of no origin the server would have to allow it.
  if (isPastCache && self.origin !== 'null') {
    setRequestHeader.call(xhr, 'Cache-Control', 'no-cache, no-store');
  }
}
