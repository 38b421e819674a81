import { injector } from './injector.js';
import { askAgain, say } from './page.js';
import { observedFetch, observedImage, observeInjector } from './observe.js';

observeInjector(injector);

// Every request of this page now carries a token: this one, and the image's too.
askAgain(2000, async () => {
  const response = await observedFetch('/api/subject');
  say(response.ok ? `Signed in for ${(await response.json()).subject}` : `Refused with ${response.status}`);
});

askAgain(5000, () => observedImage(document.querySelector('#badge'), '/api/badge.svg'));
