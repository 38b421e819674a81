import { startChromium } from './chromium.js';
import type { Engine, EngineName } from './engine.js';
import { startFirefox } from './firefox.js';
import { startWebkit } from './webkit.js';

/** How a user has set a browser, and what a frame of another site then is. */
export interface BrowserSetting {
  readonly name: string;
  readonly start: () => Promise<Engine>;
  /** Whether the frame has its cookies of old, those that the site has in a tab of its own. */
  readonly cookies: boolean;
  readonly mode: 'service-worker' | 'page';
  /** What a frame without a worker says, and what mends it. */
  readonly says?: RegExp;
  /** Runs in the frame: whether the setting is in force, where storage access does not tell. */
  readonly isAsSet?: () => boolean | Promise<boolean>;
}

const BLOCKED = /site data is blocked for this page or frame\. Allow its cookies/;
const TURNED_OFF = /has no service workers here: .* turns them off\. Turn them on/;

/** Third-party cookies in Chromium; which of these it comes with is the distributor's choice. */
const COOKIES_ALLOWED = { profile: { cookie_controls_mode: 0 } };
const COOKIES_BLOCKED = { profile: { cookie_controls_mode: 1 } };

/** The app's address on the lists of trackers. */
const A_TRACKER = { 'urlclassifier.trackingAnnotationTable.testEntries': '127.0.0.1' };

/** Firefox gives private windows workers and IndexedDB, and no file system. */
const hasNoFiles = (): Promise<boolean> =>
  navigator.storage.getDirectory().then(
    () => false,
    (error: DOMException) => error.name === 'SecurityError',
  );

const hasNoWorkers = (): boolean => !('serviceWorker' in navigator);

export const BROWSER_SETTINGS: Record<EngineName, readonly BrowserSetting[]> = {
  chromium: [
    {
      name: 'an ordinary window, third-party cookies allowed',
      start: () => startChromium(COOKIES_ALLOWED, 'ordinary'),
      cookies: true,
      mode: 'service-worker',
    },
    {
      name: 'an ordinary window, third-party cookies blocked',
      start: () => startChromium(COOKIES_BLOCKED, 'ordinary'),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'a private window, third-party cookies blocked',
      start: () => startChromium(COOKIES_BLOCKED),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'a private window, third-party cookies allowed',
      start: () => startChromium(COOKIES_ALLOWED),
      cookies: true,
      mode: 'service-worker',
    },
    {
      name: 'all site data blocked',
      start: () => startChromium({ profile: { default_content_setting_values: { cookies: 2 } } }),
      cookies: false,
      mode: 'page',
      says: BLOCKED,
    },
  ],
  firefox: [
    {
      name: 'cookieBehavior 0: all cookies allowed',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 0 }),
      cookies: true,
      mode: 'service-worker',
    },
    {
      name: 'cookieBehavior 1: third-party cookies blocked',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 1 }),
      cookies: false,
      mode: 'page',
      says: BLOCKED,
    },
    {
      name: 'cookieBehavior 2: all site data blocked',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 2 }),
      cookies: false,
      mode: 'page',
      says: BLOCKED,
    },
    {
      name: 'cookieBehavior 4: trackers blocked, and the app is none',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 4 }),
      cookies: true,
      mode: 'service-worker',
    },
    {
      name: 'cookieBehavior 4: trackers blocked, and the app is taken for one',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 4, ...A_TRACKER }),
      cookies: false,
      mode: 'page',
      says: BLOCKED,
    },
    {
      name: 'cookieBehavior 5, the default: other sites partitioned',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 5 }),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'cookieBehavior 5, and the app is taken for a tracker',
      start: () => startFirefox({ 'network.cookie.cookieBehavior': 5, ...A_TRACKER }),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'a private window',
      start: () => startFirefox({ 'browser.privatebrowsing.autostart': true }),
      cookies: false,
      mode: 'service-worker',
      isAsSet: hasNoFiles,
    },
    {
      name: 'service workers turned off',
      start: () => startFirefox({ 'dom.serviceWorkers.enabled': false }),
      cookies: false,
      mode: 'page',
      says: TURNED_OFF,
      isAsSet: hasNoWorkers,
    },
  ],
  // A driven MiniBrowser stores nothing, as in a private window. Its partitions need no setting.
  webkit: [
    {
      name: 'third-party cookies allowed',
      start: () => startWebkit('--cookies-policy=always'),
      cookies: true,
      mode: 'service-worker',
    },
    {
      name: 'third-party cookies blocked, the default',
      start: () => startWebkit('--cookies-policy=no-third-party'),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'all cookies blocked',
      start: () => startWebkit('--cookies-policy=never'),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'Intelligent Tracking Prevention',
      start: () => startWebkit('--enable-itp'),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'a private window',
      start: () => startWebkit('--private'),
      cookies: false,
      mode: 'service-worker',
    },
    {
      name: 'service workers turned off, as in views of other apps',
      start: () => startWebkit('--features=-ServiceWorkers'),
      cookies: false,
      mode: 'page',
      says: TURNED_OFF,
      isAsSet: hasNoWorkers,
    },
  ],
};
