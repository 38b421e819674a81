export declare const TRANSPORTS: readonly string[];
export declare const IN_CHROMIUM: readonly string[];
export declare function suiteInChromium(path: string): string;
