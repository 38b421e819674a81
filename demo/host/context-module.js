/**
 * Stand-in for the product's `AP.context`, which Atlassian does not publish either. It keeps to what was seen
 * of the real one: a token is kept per frame for a while, whatever its `exp` says; calls made meanwhile share
 * one request; and a request that fails is never answered at all, so that the app's promise does not settle.
 *
 * `forget()` is the demo's: the real one hands out a kept token for 30 s whatever becomes of it meanwhile, and a
 * button pressed within that time would show nothing.
 */
export function createContextModule(contentResolver) {
  const keptByFrame = new Map();

  function getToken(answer) {
    const { extension_id: frame, extension } = answer._context;
    const kept = keptByFrame.get(frame);
    if (kept && kept.untilMs > Date.now()) return kept.token;
    const asked = { untilMs: Infinity, token: ask(frame, extension) };
    keptByFrame.set(frame, asked);
    return asked.token;
  }

  function ask(frame, extension) {
    return new Promise((resolve, reject) => {
      contentResolver(extension)
        .done(({ getTokenMode, cacheSeconds, options }) => {
          const kept = keptByFrame.get(frame);
          // Only what is good is kept: a fault is to end with its button.
          if (kept && getTokenMode === 'answers') kept.untilMs = Date.now() + cacheSeconds * 1000;
          else keptByFrame.delete(frame);
          if (getTokenMode === 'fails') reject('The product could not make a token.');
          else if (getTokenMode !== 'hangs') resolve(options.contextJwt);
        })
        .fail(() => {
          keptByFrame.delete(frame);
          console.warn('The content resolver failed to get a context token.');
        });
    });
  }

  function getContext(answer) {
    const { extension } = answer._context;
    return Promise.resolve({ jira: {}, module: extension.key });
  }

  // Newer products give a promise; an app that passes a callback instead is answered all the same.
  getToken.returnsPromise = true;
  getContext.returnsPromise = true;
  return { module: { getToken, getContext }, forget: () => keptByFrame.clear() };
}
