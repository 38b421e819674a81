/** What the tests of the matrix find in the page: each sends one request, and says all that the page can see of it. */
export { BODIES } from './matrix-bodies.js';
export { seeElement } from './matrix-elements.js';
export { seeEventSource } from './matrix-events.js';
export { seeFetch } from './matrix-fetch.js';
export { seeFrom } from './matrix-clients.js';
export { offer, seeOpened, sendAtUnload } from './matrix-leaving.js';
export { seeXhr } from './matrix-xhr.js';
