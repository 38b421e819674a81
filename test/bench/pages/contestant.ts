/** How a contestant sends one request of the app. */
export interface Contestant {
  /** Resolves when the answer has been read. */
  readonly send: (url: string, init?: { method: string; body: Blob | string }) => Promise<number>;
}

/** What a page has been told in its address. */
export interface Settings {
  readonly contestant: string;
  /** The token comes from the app's own endpoint, not from `AP`, with a life that may be less than a second. */
  readonly direct: boolean;
  readonly lifeSeconds: number;
  /** Options of the injector, as JSON. */
  readonly options: object;
}

/** When the last token came, on the clock that page and server share. */
export const times = { tokenMs: 0, calls: 0 };

export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A token from the app's own endpoint. */
export async function directToken(
  { lifeSeconds }: Settings,
  send: typeof fetch,
): Promise<{ token: string; expiresIn: number }> {
  const answer = await send(`/token?opaque=1&lifeSeconds=${lifeSeconds}`);
  const given = (await answer.json()) as { token: string; expiresIn: number };
  times.calls++;
  times.tokenMs = nowMs();
  return given;
}

export async function connectToken(): Promise<string> {
  const { AP } = globalThis as unknown as { AP: { context: { getToken(): Promise<string> } } };
  return AP.context.getToken();
}

export async function sendByFetch(url: string, init?: RequestInit): Promise<number> {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  return answer.status;
}
