import type { Cells } from './verdicts.js';
import { NOT_DONE } from './not-done.js';

const MEDIA = ['<audio>, with seeking', '<video>, with seeking'];
/** Asked for as `no-cors`, so that the request has to be rebuilt to hold a header. */
const REBUILT = ['<img>', ...MEDIA, '<link rel=stylesheet>, by rule', '<script>, by rule'];
const MODULES = ['<script type=module>, by rule', 'import(), by rule'];
const BEACONS = ['sendBeacon of a string', 'sendBeacon of a FormData', 'sendBeacon at unload'];
const FOLLOWED = /^redirect \d+ to another origin, follow$|simple requests only$/;
const FRAMES = ['fetch in a srcdoc frame', 'fetch in a frame in a frame'];
const WORKERS = ['fetch in a dedicated worker', 'fetch in a shared worker', 'fetch in a worker from a blob'];
const NAVIGATIONS = [
  'link to a download, by rule',
  'link, by rule',
  'window.open, by rule',
  'form that gets, by rule',
];
const DOWNLOAD = 'link with the attribute download, by rule';
const STREAM = 'fetch POST of a stream over HTTP/2';
const FIREFOX_ORDER =
  /^(XHR|sync|EventSource|sendBeacon|<(?!track)|import|link|window|form|fetch (POST of (?!an A|n|a stream)|POST, a|in a srcdoc frame that|PUT|PATCH|DELETE|of a range|GET with)|redirect \d+ (of|to another origin, f)|an answer of 304)/;

const likeness = { kind: 'but for', behaviours: ['likeness'] } as const;

/** Every cell that is not a plain yes. One that is listed here and is a yes fails its test. */
export const CELLS: readonly Cells[] = [
  ...NOT_DONE,
  {
    ...likeness,
    fact: 'header order',
    engines: ['chromium'],
    lanes: ['worker'],
    transports: /./,
    except: [
      ...REBUILT,
      ...WORKERS,
      ...FRAMES,
      'fetch in a srcdoc frame that registers',
      DOWNLOAD,
      'form that posts',
      'EventSource, closed',
      'synchronous XHR',
      'EventSource',
      'EventSource that comes back',
      'fetch, mode no-cors',
    ],
  },
  {
    ...likeness,
    fact: 'header order',
    engines: ['chromium'],
    lanes: ['page'],
    transports: [
      'sendBeacon of a Blob',
      ...BEACONS,
      '<track>',
      ...MODULES,
      ...NAVIGATIONS,
      'fetch GET with headers',
    ],
  },
  {
    ...likeness,
    fact: 'header order',
    engines: ['firefox'],
    lanes: ['worker'],
    transports: FIREFOX_ORDER,
  },
  {
    ...likeness,
    fact: 'header order',
    engines: ['firefox'],
    lanes: ['page'],
    transports: /./,
    except: ['<track>', ...WORKERS, ...FRAMES, STREAM],
  },
  {
    ...likeness,
    fact: 'header order',
    engines: ['webkit'],
    lanes: ['worker'],
    transports: /^(fetch|keepalive|an answer|redirect|<audio|<video|link(?! with)|window|form that gets)/,
    except: [
      STREAM,
      'fetch in a worker from a blob',
      'fetch in a srcdoc frame',
      'fetch in a srcdoc frame that registers',
      'fetch GET with headers',
      'fetch, referrer policy no-referrer',
      'fetch, no referrer',
    ],
  },
  {
    ...likeness,
    fact: 'header order',
    engines: ['webkit'],
    lanes: ['page'],
    transports:
      /^redirect \d+ (to another origin, f|of a fetch)|^<audio|^<video|^link(?! with)|^window|^form that gets|in a (dedicated|shared|frame in a frame$)/,
  },
  {
    ...likeness,
    fact: 'Sec-Fetch',
    transports: [...REBUILT, ...MODULES, ...BEACONS, '<track>', 'fetch, mode no-cors'],
  },
  {
    ...likeness,
    fact: 'client hints',
    engines: ['chromium'],
    transports: [...REBUILT, ...BEACONS],
  },
  {
    ...likeness,
    fact: 'client hints',
    engines: ['chromium'],
    lanes: ['worker'],
    transports: ['fetch, mode no-cors'],
  },
  {
    ...likeness,
    fact: 'priority',
    engines: ['firefox'],
    transports: ['<img>', '<link rel=stylesheet>, by rule', '<script>, by rule', ...MODULES],
  },
  { ...likeness, fact: 'priority', engines: ['firefox'], lanes: ['worker'], transports: /XHR/ },
  { ...likeness, fact: 'upload progress', lanes: ['worker'], transports: ['XHR with upload progress'] },
  {
    ...likeness,
    fact: 'Last-Event-ID',
    engines: ['chromium'],
    transports: ['EventSource that comes back'],
  },
  {
    ...likeness,
    fact: 'abort for error',
    engines: ['chromium'],
    lanes: ['worker'],
    transports: ['XHR of an answer cut in the middle'],
  },
  {
    ...likeness,
    fact: 'header bytes',
    engines: ['chromium'],
    lanes: ['worker'],
    transports: ['an answer with odd headers'],
  },
  { ...likeness, fact: 'preflight', engines: ['firefox', 'webkit'], transports: FOLLOWED },
  {
    ...likeness,
    fact: 'preflight',
    engines: ['webkit'],
    transports: ['redirect 302 of a fetch with headers to another origin'],
  },
  {
    kind: 'cannot',
    behaviours: ['likeness'],
    fact: 'refused preflight',
    engines: ['firefox', 'webkit'],
    transports: /simple requests only$/,
  },
  {
    ...likeness,
    fact: 'header lost at a redirect',
    engines: ['webkit'],
    lanes: ['page'],
    transports: ['redirect 302 of a fetch with headers to another origin'],
  },
  {
    ...likeness,
    fact: 'error text',
    engines: ['webkit'],
    lanes: ['worker'],
    transports: /^redirect \d+ to (same|another) origin, error$|^fetch, integrity wrong$|1 MB|^an answer cut/,
  },
  {
    ...likeness,
    fact: 'error text',
    engines: ['webkit'],
    lanes: ['page'],
    transports: /^fetch .*, aborted before headers$/,
  },
  {
    ...likeness,
    fact: 'Sec-Fetch of a navigation',
    engines: ['chromium', 'firefox'],
    transports: NAVIGATIONS,
  },
  { ...likeness, fact: 'Sec-Fetch of a navigation', engines: ['firefox'], transports: [DOWNLOAD] },
  { ...likeness, fact: 'Sec-Fetch of a navigation', engines: ['webkit'], transports: NAVIGATIONS },
  { ...likeness, fact: 'priority', engines: ['firefox'], transports: [...NAVIGATIONS, DOWNLOAD] },
  { ...likeness, fact: 'past the cache', transports: FRAMES },
  { ...likeness, fact: 'client hints', engines: ['chromium'], transports: FRAMES },
  { ...likeness, fact: 'media stack', engines: ['webkit'], transports: MEDIA },
  { ...likeness, fact: 'Origin of a script', engines: ['webkit'], transports: MODULES },
];
