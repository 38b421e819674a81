import { expect, test } from 'vitest';
import { execute, makeFolder, tsc, tscBefore } from './support/consumer.js';
import { SHAPES, USES } from './types-uses.js';

const RESOLUTIONS = [
  { module: 'ESNext', moduleResolution: 'bundler' },
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
];

async function compile(
  { code, ...options }: { code: string },
  resolution: object,
  compiler = tsc,
): Promise<void> {
  const folder = await makeFolder({
    'consumer.ts': code,
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { target: 'ES2022', strict: true, noEmit: true, ...options, ...resolution },
      files: ['consumer.ts'],
    }),
  });
  const { code: exitCode, out } = await execute('node', [compiler, '-p', '.'], folder);
  expect(out).toBe('');
  expect(exitCode).toBe(0);
}

for (const [user, use] of Object.entries(USES)) {
  test.each(RESOLUTIONS)(`${user} compiles against the types, resolved as $moduleResolution`, (resolution) =>
    compile(use, resolution),
  );
}

test.each(Object.entries(USES))('%s compiles with the compiler before too', (_user, use) =>
  compile(use, RESOLUTIONS[0]!, tscBefore),
);

test.each(Object.entries(SHAPES))(
  '%s compiles against the types, or does not where it must not',
  (_user, use) => compile(use, RESOLUTIONS[0]!),
);
