// Why cells of the matrix are not a plain yes, each in a sentence: in `transports.md` they are the notes.

/** @type {Record<string, string>} */
export const FACTS = {
  // What is not done, or not as one might think.
  'no fetch event': 'The engine shows such a request to no worker.',
  'no request streams': 'The engine sends no body that is a stream.',
  'integrity hides a 401':
    'An answer that is not what `integrity` says is an error to whoever fetched it: nobody is told that it was a 401.',
  'cannot wait':
    'What may outlive its page waits for nothing: the 401 is the page’s, and the token is replaced for the next request.',
  'is not shown':
    'A synchronous XMLHttpRequest blocks the page whose provider would have to be called: the 401 is the page’s.',
  'sent once':
    'A body that is a stream is gone once it was sent: the 401 is the page’s, the token is replaced.',
  'only GET': 'A navigation with a body never carries a token: that would bring CSRF back.',
  'whose is unknown':
    'A frame that never registers may be another user’s: its requests pass as they are, after a second in which it is asked.',
  'a leaving page cannot fetch':
    'Once its page is about to be replaced, all that the page fetches fails, and so does a provider that has to: the 401 is shown.',
  'abort stays in the page':
    'The page sees its abort at once; the worker is not told of it, and the server goes on answering.',

  // What server or page sees of a covered request and not of the same without us.
  'header order': 'The server gets the same headers in another order.',
  'Sec-Fetch':
    'Sec-Fetch-Dest says `empty`; what was `no-cors` is sent as `same-origin`, where a header holds.',
  'Sec-Fetch of a navigation':
    'Sec-Fetch-Dest says `empty`, Sec-Fetch-User is gone, and in Firefox the mode is `same-origin`.',
  'client hints': 'Sec-CH-UA and the like are gone, and no script may set them.',
  priority: 'The Priority header is that of a fetch.',
  'upload progress': 'The page hears nothing of an upload’s progress.',
  'Last-Event-ID':
    'Once a worker has answered, an EventSource that comes back does not say which event it had last.',
  'abort for error':
    'An answer that breaks off is an `abort` event of XMLHttpRequest, where it was an `error`.',
  'error text': 'The text of an error is another; its name is the same.',
  'header bytes': 'Bytes from 0x80 in a header or status text are read as UTF-8’s, two for one.',
  preflight: 'Before it follows a redirect to another origin the browser asks that for leave (OPTIONS).',
  'refused preflight':
    'So a redirect to another origin that takes simple requests only cannot be followed, and is an error.',
  'header lost at a redirect': 'After that redirect a header of the page’s own is gone too.',
  'media stack':
    'Media come through the browser’s own network stack, with its Accept-Encoding and Connection.',
  'Origin of a script': 'A module script is asked for without Origin.',
  'past the cache': 'It asks past the browser’s cache, which might hold another user’s answer.',
};

/**
 * The differences by the lines in which a comparison shows them; the first that fits has it.
 *
 * @type {Record<string, RegExp>}
 */
export const LINES = {
  'header order': / order of headers: /,
  'Sec-Fetch of a navigation': /^request \d+ header sec-fetch-(dest: "document"|mode: "navigate"|user:)/,
  'Sec-Fetch': /^request \d+ header sec-fetch-(dest|mode): /,
  'client hints': /^request \d+ header sec-ch-ua/,
  priority: /^request \d+ header priority: /,
  'upload progress': /^page events: .*"upload progress".* → (?!.*"upload progress")/,
  'Last-Event-ID': /^(request \d+ header last-event-id: |page events: .*"event 4 .* → (?!.*"event 4 ))/,
  'abort for error': /^page events: .*"error 4".* → (?!.*"error 4").*"abort 4"/,
  'error text': /^page (error|bodyError): "(\w+): .* → "\2: /,
  'header bytes': /^page (header x-latin: |statusText: .*ö)/,
  preflight: /^preflight /,
  'refused preflight': /^(elsewhere count: 1 → 0|page error: none → "TypeError|page .* → none$)/,
  'header lost at a redirect': /^elsewhere \d+ header x-mine: "1" → none$/,
  'media stack': /^request \d+ header (accept-encoding|connection): /,
  'Origin of a script': /^request \d+ header origin: .* → none$/,
  'past the cache': /^request \d+ header (cache-control|pragma): none → "no-cache"$/,
};
