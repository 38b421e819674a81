import { FONT_SIZE, LINE_HEIGHT, TITLE_SIZE } from './text.js';

/**
 * Colours for lines and their names: they are told apart also by those who see no red or no green, and each has a
 * contrast of 4.5 to the background, the first of the pair to a light one, the second to a dark one.
 */
const COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ['#0063b1', '#58a6ff'],
  ['#b54708', '#ff9d4d'],
  ['#00735c', '#2dd4a7'],
  ['#9c3587', '#ec8fd0'],
  ['#6b5b00', '#e3d04b'],
  ['#57606a', '#adb5bd'],
];

/** The lines differ in their dashes too. */
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 2', '14 4'];

/** Around all. */
export const MARGIN = 16;

const LIGHT = { text: '#1f2328', quiet: '#59636e', grid: '#d1d9e0' };
const DARK = { text: '#f0f6fc', quiet: '#a6b0bb', grid: '#3d444d' };

/** The whole document, on no background of its own: whoever shows it by `<img>` has one, light or dark. */
export function svg(
  width: number,
  height: number,
  title: string,
  description: string,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    `<style>${style()}</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function style(): string {
  const colours = (theme: typeof LIGHT, which: 0 | 1): string =>
    [
      `text{fill:${theme.text}}.quiet{fill:${theme.quiet}}`,
      `.grid{stroke:${theme.grid}}.axis{stroke:${theme.quiet}}.whisker{stroke:${theme.text}}`,
      ...COLOURS.map((pair, index) => `.c${index}{color:${pair[which]}}`),
    ].join('');
  return [
    `text{font:${FONT_SIZE}px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}`,
    `.title{font-size:${TITLE_SIZE}px;font-weight:600}`,
    'text.own{fill:currentColor}.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}',
    '.line.first{stroke-width:3}.leader{fill:none;stroke:currentColor;stroke-opacity:.5}',
    '.dot{fill:currentColor}.spread{fill:currentColor;fill-opacity:.18}.bar{fill:currentColor;fill-opacity:.75}',
    '.reference{stroke:currentColor;stroke-width:1.5;stroke-dasharray:5 4}.whisker{stroke-width:1.5;fill:none}',
    colours(LIGHT, 0),
    `@media (prefers-color-scheme:dark){${colours(DARK, 1)}text.own{fill:currentColor}}`,
  ].join('');
}

/** The class of the nth series. */
export function colourOf(index: number): string {
  return `c${index % COLOURS.length}`;
}

/** The attribute that dashes the line of the nth series. */
export function dashOf(index: number): string {
  const dash = DASHES[index % DASHES.length];
  return dash ? ` stroke-dasharray="${dash}"` : '';
}

/** A number as it stands in the picture: two digits are more than a screen has. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100 || 0);
}

/** What no XML can say, not even by a reference: most control characters, and half of a pair. */
// eslint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu;

export function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"]/g, (sign) => entities[sign] ?? '');
}

interface TextTerms {
  readonly className?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Lines of text; `y` is the base of the first. */
export function textLines(
  x: number,
  y: number,
  lines: readonly string[],
  { className = '', anchor = 'start' }: TextTerms = {},
  lineHeight = LINE_HEIGHT,
): string {
  return lines
    .map(
      (line, index) =>
        `<text${className && ` class="${className}"`} x="${px(x)}" y="${px(y + index * lineHeight)}" text-anchor="${anchor}">${escape(line)}</text>`,
    )
    .join('\n');
}

export function straight(className: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${className}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}
