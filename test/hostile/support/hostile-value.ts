import fc from 'fast-check';
import { jwt } from '../../unit/support/jwt.js';

/** A token that nobody was asked for: well made, and long of life, so that it would be used if it got in. */
export const PLANTED = jwt({ sub: 'mallory', iat: 1_768_000_000, exp: 4_000_000_000 });

/** What a message can hold: all of it survives structured clone. */
const CLONEABLE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -0,
  () => 1,
  () => -1,
  () => 0.5,
  () => NaN,
  () => Infinity,
  () => -Infinity,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER,
  () => Number.MIN_VALUE,
  () => 2n ** 64n,
  () => '',
  () => 'ann',
  () => 'client:p1',
  () => '__proto__',
  () => 'constructor',
  () => 'hasOwnProperty',
  () => 'ack',
  () => '1',
  () => '\r\nX-Evil: 1',
  () => 'é\u0000\uD800',
  () => 'x'.repeat(20_000),
  () => PLANTED,
  () => ({}),
  () => ({ token: PLANTED, value: PLANTED }),
  () => ownProto({ token: PLANTED, type: 'done', bearerWorker: 1 }),
  () => [],
  () => [PLANTED],
  // eslint-disable-next-line no-sparse-arrays -- a hole is what it is about
  () => [, 1, , 2],
  () => new Map([['token', PLANTED]]),
  () => new Map<unknown, unknown>([[NaN, null]]),
  () => new Set([PLANTED]),
  () => new Date(NaN),
  () => /(a+)+$/,
  () => new Uint8Array(3),
  () => new Float64Array([NaN, -0]),
  () => new ArrayBuffer(8),
  () => new Error(PLANTED),
  () => Object(PLANTED) as unknown,
  () => Object(1) as unknown,
  () => cyclic(),
  () => nested(200),
];

/** What only the same realm can hold: getters and proxies that throw, functions, symbols, strange prototypes. */
const UNCLONEABLE: readonly (() => unknown)[] = [
  () => () => PLANTED,
  () => Symbol('token'),
  () => Object.create(null) as unknown,
  () => Object.create({ token: PLANTED, generation: 9, bearerWorker: 1, type: 'getToken' }) as unknown,
  () => throwsAt('type'),
  () => throwsAt('token'),
  () => throwsAt('generation'),
  () => throwsAt('toString'),
  () => throwsAt('toJSON'),
  () => throwsAt('path'),
  () => ({ toJSON: () => undefined }),
  () => ({ toString: () => 5, valueOf: () => ({}) }),
  () => Proxy.revocable({}, {}).proxy,
  () => [revoked()],
  () => throwingProxy(),
  () => Promise.resolve(PLANTED),
  () => ({ then: (resolve: (value: unknown) => void) => resolve(PLANTED) }),
  () => new WeakMap(),
  () => Object.freeze([PLANTED]),
  () => Object.assign(new Map(), { get: undefined, [Symbol.iterator]: undefined }),
];

function ownProto(value: object): object {
  return Object.defineProperty({}, '__proto__', { value, enumerable: true });
}

function cyclic(): object {
  const self: Record<string, unknown> = {};
  return Object.assign(self, { self, list: [self] });
}

function nested(depth: number): unknown {
  let value: unknown = PLANTED;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

function throwsAt(name: string): object {
  const thrower = (): never => {
    throw new Error(`${name} was read`);
  };
  return Object.defineProperty({}, name, { get: thrower, enumerable: true });
}

/** But for symbols, which the generator itself looks for. */
function throwingProxy(): object {
  const trap = (_target: object, key: string | symbol): undefined => {
    if (typeof key === 'string') throw new Error(`${key} was looked for`);
  };
  const throwing = (): never => {
    throw new Error('looked into');
  };
  return new Proxy(
    {},
    {
      get: trap,
      has: (...of) => Boolean(trap(...of)),
      ownKeys: throwing,
      getOwnPropertyDescriptor: throwing,
    },
  );
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function made(makers: readonly (() => unknown)[]): fc.Arbitrary<unknown> {
  return fc.nat(makers.length - 1).map((index) => makers[index]!());
}

const anything = fc.anything({
  maxDepth: 2,
  maxKeys: 4,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withBoxedValues: true,
});

/** Whatever another realm can send. */
export const cloneableValue = fc.oneof(
  { weight: 9, arbitrary: made(CLONEABLE) },
  { weight: 1, arbitrary: anything },
);

/** Whatever there is at all. */
export const anyValue = fc.oneof(
  { weight: 5, arbitrary: cloneableValue },
  { weight: 3, arbitrary: made(UNCLONEABLE) },
);
