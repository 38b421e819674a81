/**
 * Doubles, named so: SDKs whose runtime is on no registry. Each asks the page around the frame, as the real one does, by
 * a message of its own; what they have in common with the real ones are the methods and their answers.
 */
const asked = new Map<string, { resolve: (token: string) => void; reject: (error: Error) => void }>();

addEventListener('message', ({ data, source }: MessageEvent<Record<string, string> | undefined>) => {
  const call = asked.get(data?.['answerTo'] ?? '');
  if (source !== parent || !call || !data) return;
  asked.delete(data['answerTo']!);
  if (data['error']) call.reject(new Error(data['error']));
  else call.resolve(data['token']!);
});

function askAround(): Promise<string> {
  const id = crypto.randomUUID();
  parent.postMessage({ askDouble: id }, '*');
  return new Promise((resolve, reject) => asked.set(id, { resolve, reject }));
}

export function doubleOfShopify(): { idToken(): Promise<string> } {
  return { idToken: askAround };
}

export function doubleOfMiro(): { board: { getIdToken(): Promise<string> } } {
  return { board: { getIdToken: askAround } };
}

export function doubleOfWebflow(): { getIdToken(): Promise<string> } {
  return { getIdToken: askAround };
}

/** Keeps its token until it is forced, as Firebase's user and Supabase's client do. */
export function doubleOfFirebaseUser(): { getIdToken(isForced?: boolean): Promise<string> } {
  let kept: Promise<string> | undefined;
  return {
    getIdToken(isForced = false) {
      if (isForced) kept = undefined;
      return (kept ??= askAround());
    },
  };
}

export function doubleOfSupabaseAuth(): {
  getSession(): Promise<{ data: { session: { access_token: string } }; error: null }>;
  refreshSession(): Promise<{ data: { session: { access_token: string } }; error: null }>;
} {
  const user = doubleOfFirebaseUser();
  const session = async (isForced: boolean) => {
    const access_token = await user.getIdToken(isForced);
    return { data: { session: { access_token } }, error: null };
  };
  return { getSession: () => session(false), refreshSession: () => session(true) };
}

/**
 * What Shopify says that App Bridge does to `fetch`: requests to the app's own domain get an ID token; a 401 with
 * `X-Shopify-Retry-Invalid-Session-Request` is tried again with a new one, once; `shopify:admin/` is Shopify's API. Of
 * a request that has the header already Shopify says nothing: so both that can be.
 */
export function patchFetchAsAppBridgeDoes(ofCaller: 'kept' | 'replaced'): void {
  const before = window.fetch.bind(window);
  const bridge = doubleOfShopify();
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (request.url.startsWith('shopify:')) return Response.json({ admin: request.url });
    const isOurs = ofCaller === 'replaced' || !request.headers.has('Authorization');
    if (new URL(request.url).origin !== location.origin || !isOurs) return before(request);
    const send = async (): Promise<Response> => {
      const copy = request.clone();
      copy.headers.set('Authorization', `Bearer ${await bridge.idToken()}`);
      return before(copy);
    };
    const response = await send();
    const isAgain =
      response.status === 401 && response.headers.has('X-Shopify-Retry-Invalid-Session-Request');
    return isAgain ? send() : response;
  };
}
