import type { Area, PlacedSeries } from './lines.js';
import { colourOf, dashOf, px } from './svg.js';

/** So few points are measurements of their own, and more than a line that passes through. */
const MOST_DOTS = 14;

/** Bands below all lines, and the first line above the others. */
export function drawLines(all: readonly PlacedSeries[], { bottom }: Area): string[] {
  const bands = all.map(({ band }, index) => {
    if (band.length === 0) return '';
    const upper = band.map(([x, , high]) => `${px(x)},${px(high)}`);
    const lower = band.map(([x, low]) => `${px(x)},${px(Math.min(low, bottom))}`).reverse();
    return `<polygon class="spread ${colourOf(index)}" points="${[...upper, ...lower].join(' ')}"/>`;
  });
  const lines = all.map(({ series, parts }, index) => {
    const path = parts
      .map((points) => points.map(([x, y], nth) => `${nth ? 'L' : 'M'}${px(x)} ${px(y)}`).join(''))
      .join('');
    const dash = dashOf(index);
    const line = `<path class="line ${colourOf(index)}${index === 0 ? ' first' : ''}"${dash} d="${path}"/>`;
    const lone = series.points.length <= MOST_DOTS ? parts : parts.filter(({ length }) => length === 1);
    const dots = lone
      .flat()
      .map(([x, y]) => `<circle class="dot ${colourOf(index)}" cx="${px(x)}" cy="${px(y)}" r="3.5"/>`);
    return [line, ...dots].join('\n');
  });
  return [...bands.filter(Boolean), ...lines.reverse()];
}
