/** What connect-host.js and the product put on the window; neither comes with types. */
interface Window {
  connectHost: {
    registerContentResolver: { resolveByExtension(resolver: unknown): void };
    defineModule(name: string, methods: object): void;
    create(extension: object): { appendTo(element: Element): void };
  };
  AJS: { $: { Deferred(): unknown } };
}
