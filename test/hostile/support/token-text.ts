import fc from 'fast-check';

/** The virtual world's time begins with it. */
const NOW = Date.UTC(2026, 0, 15, 12) / 1000;

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

const odd = [
  '1e400',
  '-1e400',
  '"1768478580"',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '-0',
  '-1',
  '0.5',
  '1e308',
  '9e15',
];

const iat = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(NOW, NOW - 900, NOW + 180).map(String) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
);

const exp = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(NOW + 60, NOW + 180, NOW + 900, 1e12, NOW - 900).map(String) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
);

const claim = fc.constantFrom(
  '"sub":"ann"',
  '"sub":"ann","sub":"bob"',
  '"__proto__":{"exp":4000000000,"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"toString":null,"hasOwnProperty":1',
  '"jti":"\\ud800"',
  '"é":"\\u0000"',
  `"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `"deep":${'{"a":'.repeat(1_500)}0${'}'.repeat(1_500)}`,
  `"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}`,
);

/** JSON that is written by hand, so that keys may come twice and numbers be any. */
const claims = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(claim, fc.option(iat), fc.array(exp, { maxLength: 2 })).map(([more, iat, exps]) => {
      const fields = [more, ...(iat === null ? [] : [`"iat":${iat}`]), ...exps.map((exp) => `"exp":${exp}`)];
      return `{${fields.join(',')}}`;
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'null', '[]', '5', '"x"', '{', '{}', 'NaN', '\uFEFF{}', '{"exp":1}{}'),
  },
);

const header = fc.constantFrom(
  '{"alg":"HS256"}',
  '{"alg":"none"}',
  '{"b64":false}',
  '',
  'null',
  '[]',
  '{"alg":"none"',
);

const signature = fc.constantFrom('c2ln', '', '*', '==', 'c2ln=', 'c2l%6e', 'a'.repeat(20_000));

const jwtText = fc
  .tuple(
    header,
    claims,
    signature,
    fc.constantFrom('hcs', 'hcs', 'hcs', 'hcs', 'hc', 'hcss', 'hcsss', 'ccc', 'Hcs'),
  )
  .map(([h, c, s, parts]) =>
    [...parts].map((part) => ({ h: base64url(h), c: base64url(c), s, H: h })[part] ?? '').join('.'),
  );

/** What is put into a token, and how often. */
const graft = fc.record({
  at: fc.nat(200),
  text: fc.constantFrom(
    '\r\n',
    '\n',
    '\0',
    'é',
    '\u2028',
    ',',
    ' ',
    '=',
    '==',
    '.',
    '%0d%0a',
    '\uD800',
    '"',
    'aaaa',
    '/+',
  ),
  times: fc.oneof(
    { weight: 30, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom(100, 20_000) },
  ),
});

const simple = fc.constantFrom(
  '',
  '=',
  '.',
  '..',
  'undefined',
  'opaque',
  'opaque==',
  'a, Basic b',
  'x'.repeat(16_383),
  'x'.repeat(16_384),
  `${'x'.repeat(16_000)}\n`,
  `${'='.repeat(16_000)}x`,
);

const huge = fc
  .constantFrom('x', '=', 'x=', '.', 'eyJ', '\r\n', 'é', 'W1tb', '-_')
  .map((text) => text.repeat(1_048_576 / text.length));

/** What a provider, or whoever has got hold of it, may give as a token. */
export const tokenText: fc.Arbitrary<string> = fc.oneof(
  { weight: 120, arbitrary: jwtText },
  {
    weight: 60,
    arbitrary: fc
      .tuple(jwtText, graft)
      .map(
        ([token, { at, text, times: count }]) => token.slice(0, at) + text.repeat(count) + token.slice(at),
      ),
  },
  { weight: 20, arbitrary: simple },
  { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: huge },
);

const seconds = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom(NOW + 60, 60, 0, -1, 1e308, -1e308, Infinity, -Infinity, 0.1) },
);

/** A whole answer of a provider. */
export const tokenResult = fc.record({ token: tokenText, expiresAt: seconds, expiresIn: seconds });
