import { barPlot, linePlot, type BarPlotOptions, type LinePlotOptions } from '../../bench/plot/index.js';
import { readSvg, type SvgElement } from './read-svg.js';

export type Points = [number, number][];

export function lines(series: LinePlotOptions['series'], more: Partial<LinePlotOptions> = {}): string {
  return linePlot({ title: 'A title', xLabel: 'tabs', yLabel: 'calls', series, ...more });
}

export function line(points: Points, more: Partial<LinePlotOptions> = {}): string {
  return lines([{ name: 'ours', points }], more);
}

export function bars(given: BarPlotOptions['bars'], more: Partial<BarPlotOptions> = {}): string {
  return barPlot({ title: 'A title', xLabel: 'ratio', bars: given, ...more });
}

export const textsOf = (svg: string): string[] => named(svg, 'text').map(({ text }) => text);

export function named(svg: string, name: string, className?: string): SvgElement[] {
  return readSvg(svg).filter(
    (element) =>
      element.name === name &&
      (className === undefined || element.attributes.get('class')?.split(' ').includes(className)),
  );
}
