import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The cells of each row of the tables. */
function rowsOf(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) => line.replace(/\s+/g, ' ').trim());
}

test('every row of "What it costs" in the README is one of the benchmark’s results', async () => {
  const section = (await read('README.md')).split(/^## /m).find((each) => each.startsWith('What it costs'));
  const quoted = rowsOf(section ?? '');
  expect(quoted.length).toBeGreaterThan(8);
  const results = new Set(rowsOf(await read('test/bench/results.md')));
  expect(quoted.filter((row) => !results.has(row))).toEqual([]);
});
