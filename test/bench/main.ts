import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MEASURES, measureAll, type MeasureName } from './measure-all.js';
import { drawPictures } from './pictures.js';
import { toMarkdown, type Results } from './report.js';

/** What fits into two minutes or three. */
const QUICK: readonly MeasureName[] = ['requests', 'refreshes', 'sizes'];

const NAMES = Object.keys(MEASURES) as MeasureName[];

const USAGE = `npm run bench -- [--quick] [--report] [${NAMES.join('] [')}]

Without names it measures everything, in about half an hour on two cores, and writes test/bench/results.md and its
pictures. Names measure these alone, which take the place of what was measured of them before. --quick gives a rough
answer, and --report writes the report anew without measuring; neither is kept.`;

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MEASURED = fromHere('../../test-results/bench.json');

/** Gives the exit code: 1 where something could not be measured, 2 where it was not asked right. */
export async function main(given: readonly string[]): Promise<number> {
  const named = given.filter((each) => !each.startsWith('--'));
  const unknown = given.filter((each) => ![...NAMES, '--quick', '--report'].includes(each));
  if (unknown.length > 0) {
    console.error(`Not known: ${unknown.join(', ')}.\n\n${USAGE}`);
    return 2;
  }
  if (given.includes('--report')) {
    await writeReport((await measuredBefore()) as Results);
    return 0;
  }
  const isQuick = given.includes('--quick');
  const isWhole = !isQuick && named.length === 0;
  const chosen =
    isQuick && named.length === 0 ? QUICK : NAMES.filter((name) => isWhole || named.includes(name));
  const { results, failed } = await measureAll(chosen, isQuick);
  console.log(toMarkdown(results));
  if (!isQuick) {
    const all: Results = isWhole ? results : { ...(await measuredBefore()), ...results };
    await mkdir(fromHere('../../test-results'), { recursive: true });
    await writeFile(MEASURED, JSON.stringify(all));
    await writeReport(all);
  }
  if (failed.length > 0) console.error(`Could not be measured: ${failed.join(', ')}.`);
  return failed.length > 0 ? 1 : 0;
}

async function measuredBefore(): Promise<Partial<Results>> {
  const text = await readFile(MEASURED, 'utf8').catch(() => '{"environment":{}}');
  return JSON.parse(text) as Partial<Results>;
}

async function writeReport(results: Results): Promise<void> {
  await mkdir(fromHere('pictures'), { recursive: true });
  for (const [name, picture] of Object.entries(drawPictures(results))) {
    await writeFile(fromHere(`pictures/${name}`), picture);
  }
  await writeFile(fromHere('results.md'), toMarkdown(results));
}
