/**
 * Stand-in for the product's `AP.context`, which Atlassian does not publish either. It keeps to what was seen
 * of the real one: a token is kept per frame for a while, whatever its `exp` says; calls made meanwhile share
 * one request; and a request that fails is never answered at all, so that the app's promise does not settle.
 *
 * `forget()` is the demo's: the real one hands out a kept token for 30 s whatever becomes of it meanwhile, and a
 * button pressed within that time would show nothing.
 */
export function createContextModule(contentResolver) {
  const perFrame = new Map();

  function getToken(answer) {
    const { extension_id: frame, extension } = answer._context;
    const kept = perFrame.get(frame);
    if (kept && kept.freshUntilMs > Date.now()) return kept.token;

    const pending = { freshUntilMs: Infinity, token: new Promise(() => {}) };
    pending.token = new Promise((resolve, reject) => {
      contentResolver(extension)
        .done(({ getTokenMode, cacheSeconds, options }) => {
          perFrame.delete(frame);
          if (getTokenMode === 'hangs') return;
          if (getTokenMode === 'fails') return reject('The product could not make a token.');
          // An expired token is no good to keep, or the fault would outlive its button.
          if (getTokenMode === 'answers')
            perFrame.set(frame, { ...pending, freshUntilMs: Date.now() + cacheSeconds * 1000 });
          resolve(options.contextJwt);
        })
        .fail(() => {
          perFrame.delete(frame);
          console.warn('The content resolver failed to get a context token.');
        });
    });
    perFrame.set(frame, pending);
    return pending.token;
  }

  function getContext(answer) {
    const { extension } = answer._context;
    return Promise.resolve({ jira: {}, module: extension.key });
  }

  // Newer products give a promise; an app that passes a callback instead is answered all the same.
  getToken.returnsPromise = true;
  getContext.returnsPromise = true;
  return { module: { getToken, getContext }, forget: () => perFrame.clear() };
}
