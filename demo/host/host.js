import { createContentResolver } from './content-resolver.js';
import { createContextModule } from './context-module.js';

/** What the product allows its frames; service workers need the first two. */
const SANDBOX =
  'allow-scripts allow-same-origin allow-downloads allow-forms allow-modals allow-popups ' +
  'allow-storage-access-by-user-activation allow-top-navigation-by-user-activation';

const { tenant, appKey, modules } = await (await fetch('/product/page')).json();
document.title = `${tenant} · the product`;
document.documentElement.classList.add(tenant);
document.querySelector('h1').textContent = location.hostname;

const contentResolver = createContentResolver(window.AJS.$);
window.connectHost.registerContentResolver.resolveByExtension(contentResolver);
const context = createContextModule(contentResolver);
window.connectHost.defineModule('context', context.module);
forgetOnDemand(context.forget);

for (const { key, title } of modules) {
  const section = document.createElement('section');
  const heading = document.createElement('h2');
  heading.textContent = title;
  section.append(heading);
  document.querySelector('main').append(section);

  const resolved = await contentResolver({ key }).catch(() => undefined);
  if (!resolved) {
    section.append('Signed out of the product.');
    continue;
  }
  const { url, options } = resolved;
  window.connectHost
    .create({ addon_key: appKey, key, url, options: { ...options, ...placeOfHost(), sandbox: SANDBOX } })
    .appendTo(section);
}

/** The screen says so to the page that it embeds, and that one to the tenant's other tabs. */
function forgetOnDemand(forget) {
  const tabs = new BroadcastChannel('forget-tokens');
  tabs.onmessage = forget;
  addEventListener('message', ({ origin, data }) => {
    if (new URL(origin).hostname !== 'jira.localhost' || data?.command !== 'forget-tokens') return;
    forget();
    tabs.postMessage('forget');
  });
}

/**
 * A frame looks for its host in the top window, unless it is told how far above itself the host is. On the
 * screen this page is a frame too; the top window is then of another origin.
 */
function placeOfHost() {
  return window.top === window ? { hostOrigin: location.origin } : { hostFrameOffset: 1 };
}
