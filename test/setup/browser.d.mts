/** What the search depends on; `fixedRoot` stands before the well-known absolute paths. */
export interface Machine {
  env: Record<string, string | undefined>;
  home: string;
  platform: string;
  isRoot: boolean;
  isDebian: boolean;
  fixedRoot: string;
}

export interface Browser {
  label: string;
  variable: string;
  commands: string[];
  fixedPaths: string[];
  /** For those of which Playwright has one that these tests can drive. */
  playwright?: { name: string; binaries: string[] };
  debianPackages: string[];
  isLinuxOnly?: boolean;
}

export interface Means {
  run?: (command: string, args: string[]) => boolean;
  say?: (line: string) => void;
}

export declare const BROWSERS: Record<'chromium' | 'firefox' | 'webkit' | 'display', Browser>;
export declare function thisMachine(): Machine;
export declare function findChromium(machine?: Machine): string;
export declare function findBrowser(browser: Browser, machine?: Machine): string;
export declare function ensureBrowser(browser: Browser, machine: Machine, means?: Means): number;
