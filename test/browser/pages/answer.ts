/** All that a page can read of a response, or the name of the error that it got instead. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly type: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly error: string | undefined;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
}

export async function answer(url: string, init: RequestInit = {}): Promise<Answer> {
  const startedAtMs = Date.now();
  try {
    const response = await fetch(url, init);
    const body = await response.text();
    return {
      status: response.status,
      statusText: response.statusText,
      type: response.type,
      url: response.url,
      redirected: response.redirected,
      headers: [...response.headers],
      body,
      error: undefined,
      startedAtMs,
      elapsedMs: Date.now() - startedAtMs,
    };
  } catch (error) {
    return {
      status: 0,
      statusText: '',
      type: '',
      url,
      redirected: false,
      headers: [],
      body: '',
      error: error instanceof Error ? error.name : String(error),
      startedAtMs,
      elapsedMs: Date.now() - startedAtMs,
    };
  }
}
