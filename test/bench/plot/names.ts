import { stack } from './labels.js';
import type { PlacedSeries, Series } from './lines.js';
import { colourOf, dashOf, MARGIN, px, textLines } from './svg.js';
import { LINE_HEIGHT, textWidth, wrap } from './text.js';

/** From a line's end to its name; a name that had to move is led to. */
const LEADER = 22;
const LABEL_WIDTH = 190;
/** A name further than that from its line's end is not seen to be its. */
const FURTHEST = 36;
/** A line that ends further than that from the edge would be led to across others. */
const EARLIEST_END = 12;

const SWATCH = 28;

/**
 * The names beside the ends of their lines; undefined where they would not be seen to belong there.
 *
 * @param place the lines in a plot that ends there on the right
 */
export function placeEndLabels(
  series: readonly Series[],
  width: number,
  place: (right: number) => PlacedSeries[],
): { right: number; parts: string[] } | undefined {
  const names = series.map(({ name }) => wrap(name, LABEL_WIDTH));
  const widest = Math.max(...names.flat().map((line) => textWidth(line)), 0);
  const right = width - MARGIN - widest - LEADER;
  const ends = place(right).map(({ parts }) => parts.at(-1)?.at(-1));
  const tops = ends.map((end) => end?.[1] ?? 0);
  const blocks = names.map((lines, index) => ({
    wanted: tops[index]!,
    height: Math.max(1, lines.length) * LINE_HEIGHT + 2,
  }));
  const [top, bottom] = [Math.min(...tops) - FURTHEST, Math.max(...tops) + FURTHEST];
  const middles = stack(blocks, top, bottom);
  const parts: string[] = [];
  for (const [index, lines] of names.entries()) {
    const [end, middle] = [ends[index], middles?.[index]];
    if (!end || middle === undefined) return undefined;
    if (right - end[0] > EARLIEST_END || Math.abs(middle - end[1]) > FURTHEST) return undefined;
    const points = [`${px(end[0] + 3)},${px(end[1])}`, `${px(right + LEADER - 5)},${px(middle)}`];
    parts.push(
      `<polyline class="leader ${colourOf(index)}" points="${points.join(' ')}"/>`,
      textLines(right + LEADER, middle - ((lines.length - 1) * LINE_HEIGHT) / 2 + 4.5, lines, {
        className: `own ${colourOf(index)}`,
      }),
    );
  }
  return { right, parts };
}

/** The names in rows, each behind a piece of its line. */
export function drawLegend(
  series: readonly Series[],
  left: number,
  top: number,
  right: number,
): { height: number; parts: string[] } {
  const parts: string[] = [];
  let [x, y] = [left, top + LINE_HEIGHT / 2];
  for (const [index, { name }] of series.entries()) {
    const lines = wrap(name, right - left - SWATCH - 6);
    const width = SWATCH + 6 + Math.max(0, ...lines.map((line) => textWidth(line)));
    if (x > left && x + width > right) [x, y] = [left, y + LINE_HEIGHT + 3];
    const first = index === 0 ? ' first' : '';
    parts.push(
      `<path class="line ${colourOf(index)}${first}"${dashOf(index)} d="M${px(x)} ${px(y)}h${SWATCH}"/>`,
      textLines(x + SWATCH + 6, y + 4.5, lines, { className: `own ${colourOf(index)}` }),
    );
    x += width + 22;
    // A name of several lines has them for itself.
    if (lines.length > 1) [x, y] = [left, y + lines.length * LINE_HEIGHT + 3];
  }
  const end = x > left ? y + LINE_HEIGHT / 2 : y - LINE_HEIGHT / 2;
  return { height: end - top + 4, parts };
}
