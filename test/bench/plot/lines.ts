import { axisOf, formatValue, lyingAxis, type Axis, type Scale } from './axis.js';
import { assertNumbers, PlotError } from './error.js';
import { drawLines } from './draw-lines.js';
import { drawLegend, placeEndLabels } from './names.js';
import { MARGIN, straight, svg, textLines } from './svg.js';
import { LINE_HEIGHT, textWidth, TITLE_SIZE, wrap } from './text.js';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What the values spread over, as a band around the line. */
  readonly spread?: readonly (readonly [x: number, low: number, high: number])[];
}

export interface LinePlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** The first is drawn as the one that it is about. */
  readonly series: readonly Series[];
  /** On a log scale what is zero or less has no place: the line has a gap there. @default 'linear' */
  readonly xScale?: Scale;
  readonly yScale?: Scale;
  /** What a reader hears who does not see it. @default the ends and the highest point of each line */
  readonly description?: string;
  readonly width?: number;
  /** Of the plot itself, without title and labels. */
  readonly plotHeight?: number;
}

/** The rectangle of the plot itself. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A series as it lies in the picture. `parts` are the stretches between gaps. */
export interface PlacedSeries {
  readonly series: Series;
  readonly parts: readonly (readonly (readonly [x: number, y: number])[])[];
  readonly band: readonly (readonly [x: number, low: number, high: number])[];
}

/** From a tick's text to the axis. */
const GAP = 8;

/**
 * A picture of lines, as an SVG document.
 *
 * @throws {PlotError} `empty` where there is no series, or one has no point with a place; `not-a-number`
 */
export function linePlot(options: LinePlotOptions): string {
  const { title, xLabel, yLabel, series, xScale = 'linear', yScale = 'linear' } = options;
  const { width = 760, plotHeight = 280 } = options;
  const [xs, ys] = valuesOf(series, xScale, yScale);
  // The names that may stand beside the plot take some of its width.
  const x = lyingAxis(xs, xScale, false, width * 0.7);
  const y = axisOf(ys, yScale, { isRounded: true, ticksWanted: plotHeight / 55 });

  const titleLines = wrap(title, width - 2 * MARGIN, TITLE_SIZE);
  const yLabelLines = wrap(yLabel, width - 2 * MARGIN);
  const headHeight = MARGIN + titleLines.length * (TITLE_SIZE + 5) + yLabelLines.length * LINE_HEIGHT;
  const left = MARGIN + Math.max(...y.ticks.map(({ text }) => textWidth(text))) + GAP;
  const areaOf = (right: number, legendHeight: number): Area => {
    const top = headHeight + legendHeight + 14;
    return { left, right, top, bottom: top + plotHeight };
  };
  const place = (area: Area): PlacedSeries[] => series.map((each) => placed(each, x, y, area));
  const atEnds = placeEndLabels(series, width, (right) => place(areaOf(right, 0)));
  // Without names beside it the plot still needs room for half of its last tick's text.
  const legend = atEnds ? undefined : drawLegend(series, left, headHeight + 8, width - MARGIN);
  const area = areaOf(atEnds?.right ?? width - MARGIN - 24, legend?.height ?? 0);

  const middle = (area.left + area.right) / 2;
  const xLabelLines = wrap(xLabel, 2 * (Math.min(middle, width - middle) - MARGIN));
  const xLabelTop = area.bottom + 2 * LINE_HEIGHT + 10;
  const height = xLabelTop + (xLabelLines.length - 1) * LINE_HEIGHT + MARGIN;
  return svg(width, height, title, options.description ?? describe(options), [
    textLines(MARGIN, MARGIN + TITLE_SIZE - 2, titleLines, { className: 'title' }, TITLE_SIZE + 5),
    textLines(MARGIN, headHeight - (yLabelLines.length - 1) * LINE_HEIGHT - 4, yLabelLines, {
      className: 'quiet',
    }),
    ...drawAxes(x, y, area),
    textLines(middle, xLabelTop, xLabelLines, { className: 'quiet', anchor: 'middle' }),
    ...drawLines(place(area), area),
    ...(atEnds?.parts ?? legend?.parts ?? []),
  ]);
}

function valuesOf(series: readonly Series[], xScale: Scale, yScale: Scale): [number[], number[]] {
  if (series.length === 0) throw new PlotError('empty', 'There is no series to draw.');
  const [xs, ys]: [number[], number[]] = [[], []];
  for (const { name, points, spread = [] } of series) {
    assertNumbers([...points, ...spread].flat(), `series "${name}"`);
    const shown = points.filter(([x, y]) => hasPlace(x, xScale) && hasPlace(y, yScale));
    if (shown.length === 0) throw new PlotError('empty', `Series "${name}" has no point to draw.`);
    xs.push(...shown.map(([x]) => x));
    ys.push(...shown.map(([, y]) => y));
    for (const [x, low, high] of spread) {
      if (!hasPlace(x, xScale)) continue;
      xs.push(x);
      ys.push(...[low, high].filter((y) => hasPlace(y, yScale)));
    }
  }
  return [xs, ys];
}

function hasPlace(value: number, scale: Scale): boolean {
  return scale !== 'log' || value > 0;
}

function placed(series: Series, x: Axis, y: Axis, { left, right, top, bottom }: Area): PlacedSeries {
  const toX = (value: number): number => left + x.place(value) * (right - left);
  const toY = (value: number): number => bottom - y.place(value) * (bottom - top);
  const isOn = (axis: Axis, value: number): boolean => Number.isFinite(axis.place(value));
  const parts: [number, number][][] = [[]];
  for (const [px, py] of series.points) {
    if (isOn(x, px) && isOn(y, py)) parts.at(-1)?.push([toX(px), toY(py)]);
    else parts.push([]);
  }
  return {
    series,
    parts: parts.filter(({ length }) => length > 0),
    band: (series.spread ?? [])
      .filter(([px]) => isOn(x, px))
      .map(([px, low, high]) => [toX(px), toY(Math.max(low, y.low)), toY(Math.max(high, y.low))]),
  };
}

function drawAxes(x: Axis, y: Axis, { left, right, top, bottom }: Area): string[] {
  const parts: string[] = [];
  for (const { value, text } of y.ticks) {
    const at = bottom - y.place(value) * (bottom - top);
    parts.push(straight('grid', left, at, right, at));
    parts.push(textLines(left - GAP, at + 4.5, [text], { className: 'quiet', anchor: 'end' }));
  }
  parts.push(straight('axis', left, bottom, right, bottom));
  let freeFrom = -Infinity;
  for (const { value, text } of x.ticks) {
    const at = left + x.place(value) * (right - left);
    parts.push(straight('axis', at, bottom, at, bottom + 5));
    const half = textWidth(text) / 2;
    if (at - half < freeFrom) continue;
    freeFrom = at + half + GAP;
    parts.push(textLines(at, bottom + 8 + LINE_HEIGHT - 4, [text], { className: 'quiet', anchor: 'middle' }));
  }
  return parts;
}

function describe({ xLabel, yLabel, series }: LinePlotOptions): string {
  const lines = series.map(({ name, points }) => {
    const ys = points.map(([, y]) => y);
    const highest = ys.reduce((high, y) => Math.max(high, y), -Infinity);
    const [first, last] = [ys[0] ?? 0, ys.at(-1) ?? 0];
    return `${name}: from ${formatValue(first)} to ${formatValue(last)}, at most ${formatValue(highest)}.`;
  });
  return `${yLabel}, by ${xLabel}. ${lines.join(' ')}`;
}
