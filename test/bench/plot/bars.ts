import { formatNumber, lyingAxis } from './axis.js';
import { assertNumbers, PlotError } from './error.js';
import { MARGIN, px, straight, svg, textLines } from './svg.js';
import { LINE_HEIGHT, textWidth, TITLE_SIZE, wrap } from './text.js';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** What the value spreads over. */
  readonly low?: number;
  readonly high?: number;
  /** Where some have it, the others step back. */
  readonly isEmphasised?: boolean;
}

export interface BarPlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly bars: readonly Bar[];
  /** A value to compare with, as a line across the bars. */
  readonly reference?: { readonly value: number; readonly name: string };
  /** How a value is written beside its bar. @default as many digits as all of them need */
  readonly format?: (value: number) => string;
  /** @default every bar's name and value */
  readonly description?: string;
  readonly width?: number;
}

const BAR_HEIGHT = 20;
const GAP = 10;

/**
 * A picture of bars that lie, from zero on, each with its name before and its value behind.
 *
 * @throws {PlotError} `empty` where there is no bar; `not-a-number`
 */
export function barPlot(options: BarPlotOptions): string {
  const { title, xLabel, bars, reference, width = 760 } = options;
  if (bars.length === 0) throw new PlotError('empty', 'There is no bar to draw.');
  const values = bars.flatMap(({ value, low = value, high = value }) => [value, low, high]);
  if (reference) values.push(reference.value);
  assertNumbers(values, 'the plot');

  const format = options.format ?? formatLike(bars);
  const names = bars.map(({ name }) => wrap(name, width / 3));
  const texts = bars.map((bar) => valueText(bar, format));
  const widest = (lines: readonly string[]): number => Math.max(0, ...lines.map((line) => textWidth(line)));
  const left = MARGIN + widest(names.flat()) + GAP;
  const right = width - MARGIN - Math.max(widest(texts) + GAP, 24);
  const axis = lyingAxis([0, ...values], 'linear', true, right - left);
  const toX = (value: number): number => left + axis.place(value) * (right - left);

  const titleLines = wrap(title, width - 2 * MARGIN, TITLE_SIZE);
  const referenceLines = reference ? wrap(reference.name, width / 2) : [];
  const headHeight = MARGIN + titleLines.length * (TITLE_SIZE + 5);
  const top = headHeight + referenceLines.length * LINE_HEIGHT + GAP;
  const rows = names.map((lines) => Math.max(BAR_HEIGHT, lines.length * LINE_HEIGHT) + GAP);
  const bottom = top + rows.reduce((sum, row) => sum + row, 0) + GAP / 2;
  const parts = [
    textLines(MARGIN, MARGIN + TITLE_SIZE - 2, titleLines, { className: 'title' }, TITLE_SIZE + 5),
  ];

  let freeFrom = -Infinity;
  for (const { value, text } of axis.ticks) {
    const at = toX(value);
    parts.push(straight('grid', at, top, at, bottom));
    const half = textWidth(text) / 2;
    if (at - half < freeFrom) continue;
    freeFrom = at + half + 8;
    parts.push(textLines(at, bottom + LINE_HEIGHT, [text], { className: 'quiet', anchor: 'middle' }));
  }
  const isEmphatic = bars.some((bar) => bar.isEmphasised);
  let y = top + GAP / 2;
  for (const [index, bar] of bars.entries()) {
    const row = rows[index]!;
    const middle = y + row / 2;
    const lines = names[index]!;
    const colour = isEmphatic && !bar.isEmphasised ? 'c5' : 'c0';
    parts.push(
      textLines(left - GAP, middle - ((lines.length - 1) * LINE_HEIGHT) / 2 + 4.5, lines, { anchor: 'end' }),
      drawBar(bar, colour, middle, toX),
      textLines(right + GAP, middle + 4.5, [texts[index]!]),
    );
    y += row;
  }
  parts.push(straight('axis', toX(0), top, toX(0), bottom));
  if (reference) {
    const at = toX(reference.value);
    const half = widest(referenceLines) / 2;
    const textAt = Math.min(Math.max(at, MARGIN + half), width - MARGIN - half);
    parts.push(
      straight('reference c1', at, top - 4, at, bottom),
      textLines(textAt, headHeight + LINE_HEIGHT - 4, referenceLines, {
        className: 'own c1',
        anchor: 'middle',
      }),
    );
  }
  const xLabelLines = wrap(xLabel, width - 2 * MARGIN);
  const xLabelTop = bottom + 2 * LINE_HEIGHT + 6;
  parts.push(textLines(width / 2, xLabelTop, xLabelLines, { className: 'quiet', anchor: 'middle' }));
  const height = xLabelTop + (xLabelLines.length - 1) * LINE_HEIGHT + MARGIN;
  const description =
    options.description ??
    `${xLabel}. ${bars.map(({ name }, index) => `${name}: ${texts[index]}.`).join(' ')}`;
  return svg(width, height, title, description, parts);
}

function valueText({ value, low, high }: Bar, format: (value: number) => string): string {
  return low === undefined || high === undefined
    ? format(value)
    : `${format(value)} (${format(low)} to ${format(high)})`;
}

function drawBar(
  { value, low, high }: Bar,
  colour: string,
  middle: number,
  toX: (v: number) => number,
): string {
  const [from, to] = [toX(Math.min(0, value)), toX(Math.max(0, value))];
  const bar = `<rect class="bar ${colour}" x="${px(from)}" y="${px(middle - BAR_HEIGHT / 2)}" width="${px(to - from)}" height="${BAR_HEIGHT}"/>`;
  if (low === undefined && high === undefined) return bar;
  const [a, b] = [toX(low ?? value), toX(high ?? value)];
  const cap = (x: number): string => `M${px(x)} ${px(middle - 5)}v10`;
  return `${bar}\n<path class="whisker" d="M${px(a)} ${px(middle)}H${px(b)}${cap(a)}${cap(b)}"/>`;
}

/** With as many digits for all as the largest needs to show three, or the smallest one: 2.40 beside 0.68. */
function formatLike(bars: readonly Bar[]): (value: number) => string {
  const values = bars.flatMap(({ value, low = value, high = value }) => [value, low, high]).map(Math.abs);
  if (values.every(Number.isInteger)) return (value) => formatNumber(value, 1);
  const smallest = Math.min(...values.filter((value) => value > 0));
  const step = Math.min(1, Math.max(...values) / 100, smallest / 5);
  return (value) => formatNumber(value, step);
}
