/**
 * The few globals that pages, workers and Node all have. The core is compiled without DOM and without
 * WebWorker, so that nothing else of a realm can slip into it.
 */
declare class URL {
  constructor(url: string, base?: string);
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}
