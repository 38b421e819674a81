export declare const FACTS: Record<string, string>;
export declare const LINES: Record<string, RegExp>;
