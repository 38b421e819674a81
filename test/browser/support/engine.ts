export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = (typeof ENGINES)[number];

/** What a test asks of a browser: no test sees through it to the driver. */
export interface Engine {
  readonly name: EngineName;
  /**
   * A profile of its own: cookies, storage and workers are shared inside it and with nobody else.
   *
   * @param windows @default 'shown'
   */
  openProfile(windows?: Windows): Promise<Profile>;
  /** The browser, or what drives it, has ended by itself: what fails then says nothing of us. */
  readonly hasCrashed: boolean;
  close(): Promise<void>;
}

/**
 * Where its pages are. One in no window is visible, as each of them is to itself, but cannot be clicked on, brought to
 * the front, left for another or open a next one. Firefox and WebKit have windows always.
 */
export type Windows = 'shown' | 'none';

export interface Profile {
  openPage(url: string): Promise<EnginePage>;
  /** Ends every service worker of the profile, and resolves when they have really stopped. */
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

export interface Realm {
  /** Runs `run` in the page. It travels as text: it sees its arguments and the page's globals only. */
  evaluate<Args extends unknown[], Result>(
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>;
}

export interface EnginePage extends Realm {
  readonly console: readonly string[];
  goto(url: string): Promise<void>;
  /** A hard reload goes past the worker, as Shift+Reload does: the page comes up without a controller. */
  reload(options?: { hard?: boolean }): Promise<void>;
  /** Follows a link or presses a button with a real, trusted click; does not wait for what comes of it. */
  click(selector: string): Promise<void>;
  /** Opens an address as if it had been typed: the navigation has no initiator and no referrer. */
  type(url: string): Promise<void>;
  frame(name: string): Promise<Realm>;
  /** As the browser does to tabs in the background: no task of the page runs until it is thawed. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Goes back in the tab's history; the page that was left may come out of the back/forward cache. */
  back(): Promise<void>;
  /** Brings the tab to the front; the one that was there is hidden. */
  show(): Promise<void>;
  /** What the page itself is told of the network; its worker is not cut off by this. */
  setOnline(isOnline: boolean): Promise<void>;
  /** The room that this origin has in storage; undefined is what the browser gives it. */
  limitStorage(bytes: number | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Its driver has no means for it: a test that needs it is for the engines whose driver has. */
export function cannot(name: EngineName, what: string): never {
  throw new Error(`The driver of ${name} cannot ${what}: run this test in Chromium only.`);
}
