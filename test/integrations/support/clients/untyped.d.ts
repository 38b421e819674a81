// What comes without types, as far as it is used here.
declare module 'jquery' {
  interface Jqxhr extends PromiseLike<unknown> {
    readonly status: number;
    abort(): void;
    then<A, B>(
      done: (data: never, text: string, xhr: Jqxhr) => A,
      fail?: (xhr: Jqxhr, text: string) => B,
    ): Promise<A | B>;
  }
  interface Jquery {
    (target: Document): { on(type: string, listener: (event: unknown, xhr: Jqxhr) => void): void };
    ajax(url: string, settings: object): Jqxhr;
    get(url: string, data?: object): Jqxhr;
    post(settings: object): Jqxhr;
  }
  const jquery: Jquery;
  export default jquery;
}

declare module 'event-source-polyfill' {
  export const EventSourcePolyfill: new (
    url: string,
    init?: { headers?: Record<string, string>; Transport?: unknown; heartbeatTimeout?: number },
  ) => EventSource;
}

declare module 'pdfjs-dist/build/pdf.worker.min.mjs?url' {
  const url: string;
  export default url;
}
