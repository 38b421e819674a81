import type { AppServer } from './app-server.js';

/**
 * What a page of another origin can do to lead the user's browser to an address of the app, each as a script that a
 * click runs. The page itself stays: the navigations are those of windows and frames beside it.
 */
export const ATTACKS: Readonly<Record<string, (to: string, app: AppServer) => string>> = {
  'window.open': (to) => `window.open('${to}')`,
  'window.open without an opener': (to) => `window.open('${to}', '', 'noopener')`,
  'a window that is led on': (to) =>
    `const led = window.open('about:blank'); setTimeout(() => { led.location = '${to}'; }, 50)`,
  'a link to a window': (to) => add('a', { href: to, target: '_blank', rel: 'opener' }, 'click()'),
  // Its fields are in place of the query.
  'a form with GET': (to) => add('form', { action: to, target: '_blank', innerHTML: fields(to) }, 'submit()'),
  'a form with POST': (to) => add('form', { action: to, target: '_blank', method: 'post' }, 'submit()'),
  'a form with POST that the app makes a GET': (to, { origin }) =>
    add('form', { action: redirect(origin, 303, to), target: '_blank', method: 'post' }, 'submit()'),
  'a form with POST that the app leads on': (to, { origin }) =>
    add('form', { action: redirect(origin, 307, to), target: '_blank', method: 'post' }, 'submit()'),
  'a frame': (to) => add('iframe', { src: to }),
  'a frame with a referrer policy of its own': (to) =>
    add('iframe', { src: to, referrerPolicy: 'unsafe-url' }),
  'a frame without a referrer': (to) => add('iframe', { src: to, referrerPolicy: 'no-referrer' }),
  'a sandboxed frame': (to) => add('iframe', { src: to, sandbox: 'allow-scripts' }),
  'an object': (to) => add('object', { data: to }),
  'a frame with a page in it that refreshes': (to) =>
    add('iframe', { srcdoc: `<meta http-equiv="refresh" content="0;url=${to}">` }),
  'a redirect of its own': (to, { attacker }) => `window.open('${go(attacker, to)}')`,
  'the app’s own redirect': (to, { origin }) => `window.open('${go(origin, to)}')`,
  'the app’s own redirect in a frame': (to, { origin }) => add('iframe', { src: go(origin, to) }),
  'a redirect to the app’s own redirect': (to, { attacker, origin }) =>
    `window.open('${go(attacker, go(origin, to))}')`,
  'the app’s own redirect away and back': (to, { attacker, origin }) =>
    `window.open('${go(origin, go(attacker, to))}')`,
};

/** An address that redirects there: the app has such an open redirect, and so has its attacker. */
export function go(from: string, to: string): string {
  return `${from}/go?to=${encodeURIComponent(to)}`;
}

function fields(to: string): string {
  return [...new URL(to).searchParams]
    .map(([name, value]) => `<input name="${name}" value="${value}">`)
    .join('');
}

function redirect(from: string, status: number, to: string): string {
  return `${from}/api/open/redirect?status=${status}&to=${encodeURIComponent(to)}`;
}

function add(tag: string, properties: Record<string, string>, then?: string): string {
  return `
    const added = Object.assign(document.createElement('${tag}'), ${JSON.stringify(properties)});
    document.body.append(added);
    ${then === undefined ? '' : `added.${then}`}`;
}
