import fc from 'fast-check';
import { cloneableValue } from './hostile-value.js';

type Fields = Record<string, unknown>;

type Step =
  | { readonly kind: 'keep' | 'drop' | 'duplicate' | 'swap'; readonly at: number; readonly to: number }
  | { readonly kind: 'retype'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'add'; readonly name: string; readonly value: unknown };

/** What is done with the whole, after all else. */
type Whole = (fields: object, value: unknown) => unknown;

const NAMES = [
  'token',
  'identity',
  'type',
  'bearerWorker',
  '__proto__',
  'constructor',
  'expiresAt',
  'code',
  'x',
  '',
];

const place = { at: fc.nat(7), to: fc.nat(7) };
const step = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('keep', 'drop', 'duplicate', 'swap'), ...place }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('retype'), at: place.at, value }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('add'), name: fc.constantFrom(...NAMES), value }) },
  );

const whole = fc.oneof(
  { weight: 16, arbitrary: fc.constant<Whole>((fields) => fields) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Whole[]>(
      (fields) => [fields],
      (fields) => new Map([[0, fields]]),
      (fields) => Object.create(fields) as unknown,
      (_fields, value) => value,
    ),
  },
);

/**
 * What is almost right: good objects with a field or two of another type, gone, doubled, exchanged or too many; and now
 * and then wrapped into something else, with everything inherited, or something else altogether.
 */
export function mutated(
  good: fc.Arbitrary<object>,
  value: fc.Arbitrary<unknown> = cloneableValue,
): fc.Arbitrary<unknown> {
  return fc
    .tuple(good, fc.array(step(value), { maxLength: 3 }), whole, value)
    .map(([object, steps, becomes, instead]) => becomes(steps.reduce(apply, { ...object }), instead));
}

function apply(fields: Fields, step: Step): Fields {
  const names = Object.keys(fields);
  const nth = (index: number): string => names[index % names.length] ?? 'x';
  switch (step.kind) {
    case 'keep':
      break;
    case 'drop':
      delete fields[nth(step.at)];
      break;
    case 'duplicate':
      set(fields, NAMES[step.to % NAMES.length]!, fields[nth(step.at)]);
      break;
    case 'swap': {
      const [one, other] = [nth(step.at), nth(step.to)];
      const kept = fields[one];
      set(fields, one, fields[other]);
      set(fields, other, kept);
      break;
    }
    case 'retype':
      set(fields, nth(step.at), step.value);
      break;
    case 'add':
      set(fields, step.name, step.value);
  }
  return fields;
}

/** As an own property, also where it is called `__proto__`: an assignment would change the prototype instead. */
function set(fields: Fields, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}
