// What can go wrong, by number, and the one thing in the code that answers it. Tests name the number in their title.

/** @type {Record<string, { given: string, mechanism: string, titled?: string }>} */
export const FAILURES = {
  1: {
    given: 'many requests of one tab, the token expired',
    mechanism: 'whoever needs a token joins the one refresh under way: `src/core/refresh.ts`',
  },
  2: {
    given: 'many tabs of one identity, the token expired',
    mechanism: 'an identity has one slot in the worker, and all its clients share it: `src/core/registry.ts`',
  },
  3: {
    given: 'a waiter gets the lock after another has refreshed',
    mechanism: 'under the lock the store is read again before anybody is asked: `src/core/refresh.ts`',
  },
  4: {
    given: 'a provider that never settles',
    mechanism:
      'the page bounds the call, the worker bounds its wait, then the next client is asked: `src/core/ask.ts`',
  },
  5: {
    given: 'the tab that was asked closes',
    mechanism:
      'while it waits the worker looks each second whether the page is still there: `src/core/ask.ts`',
  },
  6: {
    given: 'the tab that was asked freezes',
    mechanism:
      'the deadline ends the wait and closes the port, over which a late answer reaches nobody: `src/core/ask.ts`',
  },
  7: {
    given: 'foreign code takes or steals the lock',
    mechanism:
      'given up before it ran, or stolen while it ran: one is an error, the other goes on, none steals: `src/web/with-web-lock.ts`',
  },
  8: {
    given: 'a listener asks for the token while it is told of it',
    mechanism: 'the token is in its slot before the event goes out: `src/core/accept.ts`',
  },
  9: {
    given: 'the provider fetches a covered path',
    mechanism:
      'its `fetch` marks the URL by a fragment that the worker leaves alone: `src/page/bypass-fetch.ts`',
  },
  10: {
    given: 'a refresh fails while the token is valid',
    mechanism: 'until it ends the token there is stays in use: `src/core/slot.ts`, lastResort',
  },
  11: {
    given: 'the provider refuses, the token has expired',
    mechanism: 'a slot is lost once, and failures back off from 1 s to 60 s: `src/core/refresh.ts`',
  },
  12: {
    given: 'the provider gives the same token, or one that has nearly ended',
    mechanism:
      'a refresh that leaves the token no fresher backs off like one that failed: `src/core/refresh.ts`',
  },
  13: {
    given: 'the provider gives an expired token',
    mechanism: 'it is refused at receipt, and the same client asked once more: `src/core/refresh.ts`',
  },
  14: {
    given: 'a lifetime shorter than `minValiditySeconds`',
    mechanism: 'the least validity is clamped to half the lifetime: `src/core/freshness.ts`',
  },
  15: {
    given: 'an opaque token without an expiry',
    mechanism: 'its end is NaN, to which no comparison is true: `src/core/token.ts`',
  },
  16: {
    given: 'the clock is an hour ahead',
    mechanism:
      'a token that is old at receipt makes the worker ask the server for its time: `src/core/server-clock.ts`',
  },
  17: {
    given: 'the clock is an hour behind',
    mechanism:
      'a refused token is replaced whatever the clock says, and the `Date` of its 401 is learnt, as is the new one’s `iat`: `src/core/authorize.ts`',
  },
  18: {
    given: 'the clock jumps in mid-session',
    mechanism: 'no timer decides: each request compares afresh: `src/core/acquire.ts`',
  },
  19: {
    given: 'a token whose `nbf` is still to come',
    mechanism: 'the device’s clock has no say in when a token begins: `src/core/token.ts`',
  },
  20: {
    given: 'eight hours of sleep, awake without a network',
    mechanism: 'every wait has a deadline, and `online` cuts a backoff short: `src/page/engine.ts`',
  },
  21: {
    given: 'hidden for an hour',
    mechanism: 'nothing runs on a timer; the first request finds the token expired: `src/core/acquire.ts`',
  },
  22: {
    given: 'back out of the cache after a logout elsewhere',
    mechanism: 'a page holds no token and no lock, and says hello again on `pageshow`: `src/page/engine.ts`',
  },
  23: {
    given: 'the client that is asked is frozen or cached',
    mechanism:
      'without an acknowledgement in a second the next is asked, visible ones first: `src/core/ask.ts`',
  },
  24: {
    given: 'no client can answer',
    mechanism:
      'the refresh ends with a typed error, and the request as `onUnavailable` says: `src/core/authorize.ts`',
  },
  25: {
    given: 'the worker is killed in mid-refresh',
    mechanism:
      'its lock dies with it, and an ask that comes again joins the provider’s call under way: `src/page/engine.ts`',
  },
  26: {
    given: 'the worker restarts',
    mechanism: 'no request is decided before the store has been read: `src/core/registry.ts`',
  },
  27: {
    given: 'first load, hard reload: no controller',
    mechanism:
      'the page’s hello has the worker claim it, and registering waits for that: `src/page/connect.ts`',
  },
  28: {
    given: 'worker and page of different versions',
    mechanism: 'a message says its version, and what is of another is not read: `src/core/protocol.ts`',
  },
  29: {
    given: 'a 401 after the retry',
    mechanism: 'the second answer is the page’s, whatever it is: `src/core/authorize.ts`',
  },
  30: {
    given: 'a late 401 for an old token',
    mechanism: 'the token that was sent is compared with the current one: `src/core/authorize.ts`',
  },
  31: {
    given: 'a 401 on a request with the caller’s own header',
    mechanism: 'a request that has the header is not answered by the worker: `sw/create-injector.ts`',
  },
  32: {
    given: 'a 403',
    mechanism: 'only `retryStatus`, 401 by default, means a refused token: `src/core/authorize.ts`',
  },
  33: {
    given: 'a refused POST of JSON, FormData, Blob',
    mechanism: 'a clone taken before sending is sent again: `src/web/exchange.ts`',
  },
  34: {
    given:
      'a refused body that is a stream (on the page’s own lane; a worker is not told what a body is, and Chromium sends it again)',
    mechanism: 'such a request has no second sending: `src/web/exchange.ts`',
  },
  35: {
    given: 'the caller aborts while the request waits for a token',
    mechanism:
      'the browser tells the caller; the wait is the slot’s, not the request’s: `src/core/refresh.ts`',
  },
  36: {
    given: '<img>, <audio> and <video> on a covered path',
    mechanism: 'a `no-cors` request is rebuilt as `same-origin`, where the header holds: `src/web/attach.ts`',
  },
  37: {
    given: 'a covered path redirects to another origin',
    mechanism:
      'Fetch drops `Authorization` there; for any other header the request becomes `same-origin`: `src/web/attach.ts`',
  },
  38: {
    given: 'EventSource',
    mechanism: 'each connection is a request of its own, decided afresh: `src/core/authorize.ts`',
  },
  39: {
    given: 'a navigation',
    mechanism: 'it needs a rule, GET and a referrer of this origin: `src/core/match.ts`',
  },
  40: {
    given: 'logout during a refresh',
    mechanism: 'logout raises the generation, and a result of an older one is void: `src/core/refresh.ts`',
  },
  41: {
    given: 'logout in another tab',
    mechanism: 'the slot is closed in worker and store before logout resolves: `src/core/carry-out.ts`',
  },
  42: {
    given: 'the user changes in mid-refresh',
    mechanism: 'the answer’s own claims say whose it is, and move its client there: `src/core/accept.ts`',
  },
  43: {
    given: 'two tenants, or two contexts, at once',
    mechanism: 'all claims but the times make the identity, and each has a slot: `src/core/identity.ts`',
  },
  44: {
    given: 'an older token after a newer one',
    mechanism: 'while the current one is of use, one issued before it is not taken: `src/core/slot.ts`, take',
  },
  45: {
    given: 'BroadcastChannel missing or throwing',
    mechanism:
      'the channel only hints; store and memory are joined at each refresh and hello: `src/web/web-platform.ts`',
  },
  46: {
    given: 'locks, workers or IndexedDB missing, throwing or hanging',
    mechanism:
      'whatever keeps the worker away opens the page’s own lane, which can do without each: `src/page/engine.ts`',
  },
  47: {
    given: 'a frame of another site',
    mechanism: 'its worker, or else its own lane, in its partition: `src/page/engine.ts`',
  },
  48: {
    given: 'imported in Node',
    mechanism:
      'no module touches a browser’s global before it is called: `src/page/register-token-injector.ts`',
    titled: 'is imported in Node, without a window',
  },
  49: {
    given: 'registered twice, disposed twice',
    mechanism: 'a page has one engine, and an injector leaves it once: `src/page/register-token-injector.ts`',
  },
  50: {
    given: 'look-alike URLs',
    mechanism: 'the parsed URL is compared by origin and whole segments: `src/core/match.ts`',
  },
  51: {
    given: 'forged messages',
    mechanism:
      'a token enters only by a port that the worker made, once, and all else is read field by field: `src/core/protocol.ts`',
  },
  52: {
    given: 'idle tabs in the background',
    mechanism: 'a refresh begins with a request, never by itself: `src/core/acquire.ts`',
  },
  53: {
    given: 'storage full, or a record damaged',
    mechanism:
      'each access is bounded and may fail, and what is damaged reads as absent: `src/core/registry.ts`',
  },
  54: {
    given: 'the worker script is missing, HTML, throws or never comes',
    mechanism:
      'the page looks at the script itself, says which, and opens its own lane: `src/page/diagnose.ts`',
  },
  55: {
    given: 'logged out of the host, whose getToken never settles',
    mechanism:
      'the page ends the call, and once the token has ended the slot is lost: `src/page/call-provider.ts`',
  },
  56: {
    given: 'a response that streams longer than an idle worker lives',
    mechanism:
      'the page gets the network’s own Response; Firefox would end the worker all the same, and is kept from it by the page while a covered request is under way: `src/page/keep-alive.ts`',
  },
  57: {
    given: 'headers that take 70 s (310 s in Chromium are documented only)',
    mechanism:
      'nothing of ours bounds a request that was sent; in Firefox the page keeps the worker awake: `src/page/keep-alive.ts`; Chromium’s limit stands in `README.md`',
  },
  58: {
    given: 'a covered request at unload, no token at hand',
    mechanism: 'keepalive and beacons never wait: `src/core/acquire.ts`',
  },
  59: {
    given: 'the user changes, and the browser’s HTTP cache has the former one’s answers',
    mechanism:
      'once a partition has had two identities, covered requests go past that cache: `src/core/readers.ts`',
  },
  60: {
    given: 'a same-origin redirect out of `include`',
    mechanism:
      'the answer’s address is matched again, and `requestSkipped` says where it led: `src/core/authorize.ts`',
  },
};

/** Rows without a test, and why. */
export const PENDING = {};
