import { describe, expect, test } from 'vitest';
import { createMatcher, type RequestFacts } from '../../../src/core/match.js';
import { DEFAULTS, type WorkerOptions } from '../../../src/core/options.js';
import { cpuTimer } from '../../hostile/support/cpu-time.js';

const ORIGIN = 'https://app.example';

function request(url: string, facts: Partial<RequestFacts> = {}): RequestFacts {
  return {
    url: new URL(url, ORIGIN).href,
    method: 'GET',
    mode: 'cors',
    destination: '',
    referrer: `${ORIGIN}/`,
    ...facts,
  };
}

function isCovered(options: Partial<WorkerOptions>, url: string, facts: Partial<RequestFacts> = {}): boolean {
  return createMatcher({ ...DEFAULTS, ...options }, ORIGIN)(request(url, facts)) !== undefined;
}

describe('a path covers whole segments of the parsed URL', () => {
  test.each([
    ['/api', '/api', true],
    ['/api', '/api/', true],
    ['/api', '/api/x/y?z=1#w', true],
    ['/api/', '/api', true],
    ['/api/', '/api/x', true],
    ['/api', '/apix', false],
    ['/api', '/ap', false],
    ['/api', '/x/api/y', false],
    ['/api', '/', false],
    ['/', '/', true],
    ['/', '/anything/at/all', true],
    ['/api/v1', '/api/v1/me', true],
    ['/api/v1', '/api/v10', false],
    ['/a b', '/a%20b/c', true],
    ['/é', '/%C3%A9', true],
  ])('%s, asked for %s: %s', (path, url, expected) => {
    expect(isCovered({ include: [path] }, url)).toBe(expected);
  });
});

describe('a URL that only looks like a covered one gets no token', () => {
  test.each([
    ['another origin behind two slashes', '//evil.example/api/x'],
    ['another host', 'https://evil.example/api/x'],
    ['the host as userinfo of another', 'https://app.example@evil.example/api/x'],
    ['another port', 'https://app.example:8443/api/x'],
    ['another scheme', 'http://app.example/api/x'],
    ['a subdomain', 'https://api.app.example/api/x'],
    ['a longer host', 'https://app.example.evil.example/api/x'],
    ['dot segments that lead out', '/api/../x'],
    ['encoded dot segments that lead out', '/api/%2e%2e/x'],
    ['backslashes that lead out', '/api\\..\\x'],
    ['other letters', '/API/x'],
    ['an encoded slash in place of the end of the segment', '/api%2fx'],
    ['the covered path in the query', '/x?u=/api/x'],
    ['the covered path in the fragment', '/x#/api/x'],
    ['the covered path behind a second slash', '//app.example//api/x'],
    ['a blob of this origin', 'blob:https://app.example/api/x'],
    ['a data URL', 'data:text/plain,/api/x'],
  ])('%s', (_what, url) => {
    expect(isCovered({}, url)).toBe(false);
  });

  test.each([
    ['dot segments that lead in', '/x/../api/y'],
    ['backslashes, which are slashes', '\\api\\x'],
    ['the default port', 'https://app.example:443/api/x'],
    ['upper-case host', 'https://APP.EXAMPLE/api/x'],
    ['userinfo before the own host', 'https://user:pass@app.example/api/x'],
    ['a tab in the middle of the text', '/ap\ti/x'],
  ])('but one that the parser makes a covered one does: %s', (_what, url) => {
    expect(isCovered({}, url)).toBe(true);
  });
});

describe('a path that a lenient server would take for one that is not included gets no token', () => {
  test.each([
    ['encoded slashes and dots', '/api/..%2f..%2fother'],
    ['the same, encoded twice', '/api/%252e%252e%252fother'],
    ['backslashes', '/api/..%5cother'],
    ['dots beside a broken sequence', '/api/%ff/..%2f..%2fother'],
  ])('%s', (_what, url) => {
    expect(isCovered({}, url)).toBe(false);
  });

  test('nor does one that only decoding makes an included one', () => {
    expect(isCovered({}, '/%61pi/x')).toBe(false);
    expect(isCovered({}, '/x/..%2fapi/x')).toBe(false);
  });

  test('one that was included as it is written does', () => {
    expect(isCovered({ include: ['/x%2fy'] }, '/x%2fy/z')).toBe(true);
    expect(isCovered({ include: ['/a b'] }, '/a%20b/c')).toBe(true);
  });
});

test('a letter beyond ASCII is excluded however its escapes are written', () => {
  const options = { exclude: ['/api/é', '/api/Ê'] };
  const escapes = ['%C3%A9', '%c3%a9', '%25c3%25A9', '%C3%a9', '%C3%8A', '%C3%8a'];
  for (const path of ['/api/é', ...escapes.map((each) => `/api/${each}/x`)]) {
    expect(isCovered(options, path), path).toBe(false);
  }
  expect(isCovered(options, '/api/%C3%A8')).toBe(true);
});

describe('exclude wins over include', () => {
  const options = { include: ['/api/'], exclude: ['/api/public', '/api/a b/'] };

  test.each([
    ['/api/public', false],
    ['/api/public/x', false],
    ['/api/publicity', true],
    ['/api/private', true],
    ['/api/a%20b', false],
  ])('%s: %s', (url, expected) => {
    expect(isCovered(options, url)).toBe(expected);
  });

  test.each([
    ['an encoded letter', '/api/%70ublic/x'],
    ['a doubled slash', '/api//public'],
    ['an encoded slash', '/api%2fpublic'],
    ['an encoded slash inside', '/api/public%2Fx'],
  ])('also where a lenient server may take the path for the excluded one: %s', (_what, url) => {
    expect(isCovered({ ...options, include: ['/'] }, url)).toBe(false);
  });

  test.each([
    ['an encoded letter beside a broken sequence', '/api/%70ublic/%ff'],
    ['a broken sequence that dots lead out of', '/api/%ff/..%2fpublic'],
    ['a segment that dots lead out of', '/api/x%2f..%2fpublic'],
    ['a letter encoded twice', '/api/%2570ublic'],
    ['a letter encoded five times', '/api/%2525252570ublic'],
    ['a slash encoded twice', '/api%252fpublic'],
    ['dots and slashes encoded twice', '/api/x%252f%252e%252e%252fpublic'],
    ['an encoded backslash', '/api%5cpublic'],
    ['an encoded question mark behind', '/api/public/%3fx'],
    ['an encoded semicolon in another segment', '/api/x%3b/../public'],
    ['a slash doubled by decoding', '/api/%2fpublic'],
  ])('also where it is decoded as far as it goes: %s', (_what, url) => {
    expect(isCovered(options, url)).toBe(false);
    expect(isCovered({ ...options, include: ['/'] }, url)).toBe(false);
  });

  test.each([
    ['the excluded path behind an encoded question mark', '/api/x%3f/api/public'],
    ['the excluded path behind an encoded hash', '/api/x%23/api/public'],
    ['a letter encoded that makes another word', '/api/%70ublicity'],
    ['a percent sign encoded', '/api/100%25'],
    ['letters beyond ASCII', '/api/%C3%A9'],
  ])('and not where it is another path, however decoded: %s', (_what, url) => {
    expect(isCovered(options, url)).toBe(true);
  });

  test('also where the excluded path itself was written encoded', () => {
    expect(isCovered({ exclude: ['/api/%70ublic'] }, '/api/public/x')).toBe(false);
    expect(isCovered({ exclude: ['/api/%70ublic'] }, '/api/%70ublic/x')).toBe(false);
  });

  test('also where it begins with a dot, and the slash before it is doubled', () => {
    const hidden = { include: ['/'], exclude: ['/.well-known'] };
    expect(isCovered(hidden, `${ORIGIN}//.well-known`)).toBe(false);
    expect(isCovered(hidden, `${ORIGIN}//.well`)).toBe(true);
  });

  test.each([
    ['behind an encoded slash, dots encoded twice', '/api/public%2f%252e%252e%2fx'],
    ['behind an encoded letter', '/api/%70ublic%2f..%2fx'],
    ['behind a letter encoded twice', '/api/%2570ublic/..%2f'],
    ['behind a backslash', '/api/public%5c..%5cx'],
    ['of one dot', '/api%2f.%2fpublic'],
    ['that lead nowhere', '/api/x%2f..'],
  ])('also where a server may resolve dot segments or leave them: %s', (_what, url) => {
    expect(isCovered(options, url)).toBe(false);
    expect(isCovered({ ...options, include: ['/'] }, url)).toBe(false);
  });

  test.each([
    ['an encoded slash', '/api/projects/group%2Fproject'],
    ['a space', '/api/my%20file'],
    ['a semicolon, a comma and an at sign', '/api/a%3Bb%2Cc%40d'],
    ['dots that are no segment', '/api/a..b%2f...%2f.x'],
    ['JSON', '/api/%7B%22a%22:%5B1,2%5D%7D'],
    ['a URL', '/api/proxy/https%3A%2F%2Fapp.example%2Fapi%2Fpublic'],
    ['a URL that was encoded twice', '/api/proxy/https%253A%252F%252Fapp.example'],
  ])('and not where a segment has %s', (_what, url) => {
    expect(isCovered(options, url)).toBe(true);
  });

  test('a path that is encoded more often than any server decodes gets no token, excluded or not', () => {
    expect(isCovered({}, '/api/%25252541')).toBe(true);
    expect(isCovered({}, '/api/%2525252541')).toBe(false);
  });

  test('an excluded path that is encoded more often than that excludes nothing else', () => {
    expect(isCovered({ exclude: ['/api/%2525252541'] }, '/api/x')).toBe(true);
    expect(isCovered({ exclude: ['/api/%2525252541'] }, '/api/%2525252541')).toBe(false);
  });

  test('also where the excluded path ends with an encoded slash', () => {
    expect(isCovered({ exclude: ['/api/public%2f'] }, '/api/public/x')).toBe(false);
    expect(isCovered({ exclude: ['/api/public%2f'] }, '/api/public%2fx')).toBe(false);
  });

  test.each([
    ['a hundred thousand percent signs', '%25'.repeat(100_000) + '70ublic', true],
    ['seven hundred thousand backslashes', '%5c'.repeat(700_000), true],
    ['an escape encoded sixty thousand times', `%${'25'.repeat(60_000)}`, false],
    ['a million slashes', '/'.repeat(1_000_000), true],
  ])('a path of %s is judged within a second', (_what, path, expected) => {
    const elapsedMs = cpuTimer();
    expect(isCovered(options, `/api/${path}`)).toBe(expected);
    expect(elapsedMs()).toBeLessThan(1000);
  });

  test('a path that cannot be decoded is compared as it is', () => {
    expect(isCovered(options, '/api/%zz')).toBe(true);
    expect(isCovered(options, '/api/public/%zz')).toBe(false);
  });

  test('an excluded root leaves nothing', () => {
    expect(isCovered({ exclude: ['/'] }, '/api/x')).toBe(false);
  });
});

describe('navigations', () => {
  const navigation = { mode: 'navigate', destination: 'document' };
  const allowing = { include: [{ path: '/files', navigations: true }] };

  test('get no token by default', () => {
    expect(isCovered({ include: ['/files'] }, '/files/a.pdf', navigation)).toBe(false);
    expect(isCovered({ include: [{ path: '/files', navigations: false }] }, '/files/a', navigation)).toBe(
      false,
    );
  });

  test('a GET from a page of this origin does, where the rule allows it', () => {
    expect(isCovered(allowing, '/files/a.pdf', navigation)).toBe(true);
    expect(isCovered(allowing, '/files/a', { ...navigation, destination: 'iframe' })).toBe(true);
  });

  test.each([
    ['a form post', { method: 'POST' }],
    ['one from another site', { referrer: 'https://evil.example/' }],
    ['one from another port', { referrer: 'https://app.example:8443/' }],
    ['one from a sandboxed page', { referrer: 'null' }],
    ['one without a referrer', { referrer: '' }],
    ['one whose referrer is no URL', { referrer: 'about:client' }],
  ])('%s never does', (_what, facts) => {
    expect(isCovered(allowing, '/files/a.pdf', { ...navigation, ...facts })).toBe(false);
  });

  test('a rule for navigations covers fetches of its path as well', () => {
    expect(isCovered(allowing, '/files/a.pdf')).toBe(true);
  });
});

describe('destinations', () => {
  test.each(['', 'image', 'audio', 'video', 'track'])('"%s" is covered', (destination) => {
    expect(isCovered({}, '/api/x', { destination })).toBe(true);
  });

  test.each(['script', 'style', 'font', 'worker', 'sharedworker', 'manifest', 'object', 'embed', 'document'])(
    '"%s" is not, but where the rule names it',
    (destination) => {
      expect(isCovered({}, '/api/x', { destination })).toBe(false);
      const include = [{ path: '/api', destinations: [destination] }];
      expect(isCovered({ include }, '/api/x', { destination })).toBe(true);
      expect(isCovered({ include }, '/api/x', { destination: 'image' })).toBe(true);
    },
  );
});

describe('rules', () => {
  test('a rule with methods covers those, however they are written', () => {
    const include = [{ path: '/api', methods: ['get', 'POST'] }];
    expect(isCovered({ include }, '/api/x')).toBe(true);
    expect(isCovered({ include }, '/api/x', { method: 'POST' })).toBe(true);
    expect(isCovered({ include }, '/api/x', { method: 'DELETE' })).toBe(false);
  });

  test('the first rule that suits the request is the one that counts', () => {
    const include = [
      { path: '/api', methods: ['POST'], retry: false },
      { path: '/api/slow', minValiditySeconds: 60 },
      '/api',
    ];
    const ruleOf = createMatcher({ ...DEFAULTS, include }, ORIGIN);
    expect(ruleOf(request('/api/slow', { method: 'POST' }))).toBe(include[0]);
    expect(ruleOf(request('/api/slow'))).toBe(include[1]);
    expect(ruleOf(request('/api/x'))).toEqual({ path: '/api' });
  });

  test('nothing is covered where nothing is included', () => {
    expect(isCovered({ include: [] }, '/api/x')).toBe(false);
  });
});
