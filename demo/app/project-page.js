import { injector } from './injector.js';
import { askAgain, say } from './page.js';
import { observedEventSource, observedFetch, observedLink, observeInjector } from './observe.js';

observeInjector(injector);

askAgain(2000, async () => {
  const response = await observedFetch('/api/subject');
  say(response.ok ? `Signed in for ${(await response.json()).subject}` : `Refused with ${response.status}`);
});

// The back end ends the stream every eight seconds. The browser comes back by itself, with the token of then.
const ticks = document.querySelector('#ticks');
observedEventSource('/api/ticks', () => (ticks.textContent = String(Number(ticks.textContent) + 1)));

observedLink(document.querySelector('#export'), '/api/export.csv');
