import { describe, expect, test } from 'vitest';
import { DEFAULTS, type WorkerOptions } from '../../../src/core/options.js';
import { addRoutes } from '../../../sw/routes.js';

const ORIGIN = 'https://app.example';

interface Installed {
  readonly rules: unknown[] | undefined;
  readonly waited: Promise<unknown>[];
}

/** What a browser is told at install. */
function install(options: Partial<WorkerOptions>, origin = ORIGIN, rejects = false): Installed {
  let rules: unknown[] | undefined;
  const waited: Promise<unknown>[] = [];
  const event = {
    addRoutes: (given: unknown[]) => {
      rules = given;
      return rejects ? Promise.reject(new TypeError('Unknown condition')) : Promise.resolve();
    },
    waitUntil: (promise: Promise<unknown>) => waited.push(promise),
  };
  addRoutes(event, { ...DEFAULTS, ...options }, origin);
  return { rules, waited };
}

const toNetwork = (condition: object): object => ({ condition, source: 'network' });
const ofPages = toNetwork({ urlPattern: { pathname: '*', hash: 'bearer-worker-bypass' } });
const navigations = toNetwork({ requestMode: 'navigate' });
const butDestinations = (...names: string[]): object =>
  toNetwork({ not: { or: names.map((requestDestination) => ({ requestDestination })) } });
const MEDIA = ['', 'image', 'audio', 'video', 'track'];

describe('what goes past the worker', () => {
  test('other origins, what a page sends with its own token, other destinations, and navigations', () => {
    expect(install({}).rules).toEqual([
      toNetwork({ not: { urlPattern: { protocol: 'https', hostname: 'app.example', port: '' } } }),
      ofPages,
      butDestinations(...MEDIA),
      navigations,
    ]);
  });

  test('no path: a page keeps the routes that it was loaded under', () => {
    const { rules } = install({ include: ['/api', { path: '/files/' }], exclude: ['/api/public'] });
    expect(rules).toEqual(install({}).rules);
    expect(JSON.stringify(rules)).not.toMatch(/"pathname":"[^*]/);
  });

  test('not a destination that a rule names', () => {
    const include = [
      { path: '/a', destinations: ['script'] },
      '/b',
      { path: '/c', destinations: ['style', 'font'] },
    ];
    expect(install({ include }).rules).toContainEqual(butDestinations(...MEDIA, 'script', 'style', 'font'));
  });

  test('not navigations, where a rule allows them, nor where they lead', () => {
    const { rules } = install({ include: [{ path: '/f', navigations: true }, '/api'] });
    expect(rules).not.toContainEqual(navigations);
    expect(rules).toContainEqual(butDestinations(...MEDIA, 'document', 'iframe', 'frame'));
    expect(install({ include: [{ path: '/f', navigations: false }] }).rules).toContainEqual(navigations);
  });

  test.each([
    ['http://localhost:3000', { protocol: 'http', hostname: 'localhost', port: '3000' }],
    ['http://[::1]:8080', { protocol: 'http', hostname: '\\[\\:\\:1\\]', port: '8080' }],
  ])('an origin is a whole one: %s', (origin, urlPattern) => {
    expect(install({}, origin).rules![0]).toEqual(toNetwork({ not: { urlPattern } }));
  });
});

describe('an engine', () => {
  test('that refuses the rules installs the worker all the same', async () => {
    const { rules, waited } = install({}, ORIGIN, true);
    expect(rules).toHaveLength(4);
    await expect(Promise.all(waited)).resolves.toEqual([undefined]);
  });

  test('without routing is left alone', () => {
    const event = { waitUntil: () => expect.unreachable() };
    expect(() =>
      addRoutes(event as unknown as Parameters<typeof addRoutes>[0], DEFAULTS, ORIGIN),
    ).not.toThrow();
  });

  test('that has it holds the install until the routes are in', () => {
    expect(install({}).waited).toHaveLength(1);
  });
});
