/* global addEventListener, document, location */
// The host's own side of the wire, and nothing else: it answers the SDK in its frame in the SDK's own messages, with
// what its token service gives it: a token, a refusal, something else, or nothing at all.
const query = new URLSearchParams(location.search);
const app = new URL(query.get('app'));
const frame = document.createElement('iframe');
frame.name = 'app';
frame.src = app.href;
document.body.append(frame);

const tell = (message) => frame.contentWindow.postMessage(message, app.origin);

async function mint() {
  const response = await fetch(`/mint?tab=${query.get('tab')}&reason=host`);
  return response.json();
}

/** Tells whom it may concern what has come of a call; of one that hangs nobody is told. */
async function settle(onToken, onRefusal) {
  const { outcome, token, message } = await mint();
  if (outcome === 'token') onToken(token);
  if (outcome === 'undefined') onToken(undefined);
  if (outcome === 'reject') onRefusal(message);
}

addEventListener('message', ({ data, origin, source }) => {
  if (source !== frame.contentWindow || origin !== app.origin || typeof data !== 'object') return;

  // @shopify/app-bridge 3
  if (data.type === 'dispatch' && data.payload?.type === 'APP::SESSION_TOKEN::REQUEST') {
    const respond = (payload) =>
      tell({ type: 'dispatch', payload: { type: 'APP::SESSION_TOKEN::RESPOND', payload } });
    void settle(
      (sessionToken) => respond({ sessionToken }),
      () => respond({}),
    );
  }

  // monday-sdk-js
  if (data.method === 'get' && data.args?.type === 'sessionToken') {
    const { method, requestId } = data;
    void settle(
      (token) => tell({ method, requestId, data: token }),
      (errorMessage) => tell({ method, requestId, errorMessage }),
    );
  }

  // @microsoft/teams-js
  if (typeof data.func === 'string') {
    const { id, uuidAsString, func } = data;
    const respond = (...args) => tell({ id, uuidAsString, args });
    if (func === 'initialize') {
      respond('content', 'web', JSON.stringify({ apiVersion: 1, supports: {} }), '2.0.1');
    }
    if (func === 'authentication.getAuthToken') {
      void settle(
        (token) => respond(true, token),
        (reason) => respond(false, reason),
      );
    }
  }

  // The doubles
  if (data.askDouble) {
    void settle(
      (token) => tell({ answerTo: data.askDouble, token }),
      (error) => tell({ answerTo: data.askDouble, error }),
    );
  }
});
