import { isTokenInjectorError } from 'bearer-worker';

/** An error as a test in Node can read it: structured clone would lose its name and code. */
export interface PageError {
  readonly typed: boolean;
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
  /** All that somebody who logs it could come to see. */
  readonly everything: string;
}

export function pageError(caught: unknown): PageError {
  const error = caught instanceof Error ? caught : new Error(String(caught));
  return {
    typed: isTokenInjectorError(caught),
    name: error.name,
    code: isTokenInjectorError(caught) ? caught.code : undefined,
    message: error.message,
    everything: everything(error),
  };
}

function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.name, error.message, error.stack, JSON.stringify(error), everything(error.cause)].join('\n');
}
