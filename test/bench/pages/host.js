// Stand-in for the product's page: what Atlassian does not publish (content resolver and AP.context), around its own
// host library. As in the product, a frame's token is kept for 30 s.
const KEPT_MS = 30_000;
const query = new URLSearchParams(location.search);
const app = new URL(query.get('app'));
const name = app.searchParams.get('contestant');

let kept;
async function contextToken() {
  if (!kept || kept.untilMs < Date.now()) {
    const address = `/token?to=${name}&lifeSeconds=${query.get('lifeSeconds')}`;
    kept = { untilMs: Date.now() + KEPT_MS, token: fetch(address).then((answer) => answer.json()) };
  }
  return (await kept.token).token;
}

function getToken() {
  return contextToken();
}
getToken.returnsPromise = true;
window.connectHost.defineModule('context', { getToken });
window.connectHost.registerContentResolver.resolveByExtension(() => window.AJS.$.Deferred().promise());

// What the host library wants to find in a frame's address.
app.searchParams.set('xdm_e', location.origin);
app.searchParams.set('xdm_c', `channel-bench__${name}`);
app.searchParams.set('cp', '');
app.searchParams.set('lic', 'none');
app.searchParams.set('cv', '1');
window.connectHost
  .create({ addon_key: 'bench', key: name, url: app.href, options: { hostOrigin: location.origin } })
  .appendTo('body');
for (const frame of document.querySelectorAll('iframe')) frame.style.cssText = 'width:600px;height:200px';
