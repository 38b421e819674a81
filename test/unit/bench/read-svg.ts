/** An element of a document; `text` is its own, entities resolved. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TAG = /<(?<slash>\/?)(?<name>[A-Za-z][\w-]*)(?<rest>(?:\s+[\w:-]+="[^"<]*")*)\s*(?<empty>\/?)>/y;
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/u;

/** Reads a document as strictly as XML has it, as far as our pictures use it; throws at what is no XML. */
export function readSvg(text: string): SvgElement[] {
  if (FORBIDDEN.test(text)) throw new Error('a character that XML does not have');
  const all: SvgElement[] = [];
  const open: SvgElement[] = [];
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next < 0 ? undefined : next);
    const parent = open.at(-1);
    if (parent) parent.text += resolve(between);
    else if (between.trim()) throw new Error(`text outside the root: ${between}`);
    if (next < 0) break;
    TAG.lastIndex = next;
    const groups = TAG.exec(text)?.groups;
    if (!groups) throw new Error(`no tag: ${text.slice(next, next + 80)}`);
    at = TAG.lastIndex;
    if (groups['slash']) {
      if (open.pop()?.name !== groups['name']) throw new Error(`</${groups['name']}> closes another element`);
      continue;
    }
    if (!parent && all.length > 0) throw new Error('a second root');
    const element = { name: groups['name']!, attributes: attributesOf(groups['rest']!), text: '' };
    all.push(element);
    if (!groups['empty']) open.push(element);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return all;
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (found.has(name)) throw new Error(`${name} twice`);
    found.set(name, resolve(value));
  }
  return found;
}

function resolve(text: string): string {
  return text.replace(/&([^;]{0,8};)?/g, (reference, name = '') => {
    const sign = ENTITIES[String(name).slice(0, -1)];
    if (sign === undefined) throw new Error(`${reference} is no entity`);
    return sign;
  });
}

export interface Box {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A little wider than sans-serif letters are on average. */
const LETTER_WIDTH = 0.6;

/** Where every element lies, texts at least as far as an ordinary font takes them. */
export function boxesOf(elements: readonly SvgElement[]): Box[] {
  return elements.flatMap((element) => {
    const corners = cornersOf(element);
    if (!corners) return [];
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const what = `${element.name} ${element.attributes.get('class') ?? ''} ${element.text}`;
    return [
      { what, left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) },
    ];
  });
}

type Point = [x: number, y: number];

function cornersOf({ name, attributes, text }: SvgElement): Point[] | undefined {
  const number = (key: string): number => Number(attributes.get(key) ?? NaN);
  switch (name) {
    case 'line':
      return [
        [number('x1'), number('y1')],
        [number('x2'), number('y2')],
      ];
    case 'rect':
      return [
        [number('x'), number('y')],
        [number('x') + number('width'), number('y') + number('height')],
      ];
    case 'circle':
      return [
        [number('cx') - number('r'), number('cy') - number('r')],
        [number('cx') + number('r'), number('cy') + number('r')],
      ];
    case 'polygon':
    case 'polyline':
      return (attributes.get('points') ?? '').split(' ').map((pair) => pair.split(',').map(Number) as Point);
    case 'path':
      return pathPoints(attributes.get('d') ?? '');
    case 'text': {
      const size = attributes.get('class')?.includes('title') ? 16 : 13;
      const width = [...text].length * size * LETTER_WIDTH;
      const before = { start: 0, middle: 0.5, end: 1 }[attributes.get('text-anchor') ?? 'start'] ?? NaN;
      const left = number('x') - width * before;
      return [
        [left, number('y') - size * 0.75],
        [left + width, number('y') + size * 0.2],
      ];
    }
    default:
      return undefined;
  }
}

/** Of the commands that our pictures use. */
function pathPoints(path: string): Point[] {
  const points: Point[] = [];
  let [x, y] = [NaN, NaN];
  for (const [, command = '', given = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const [a = NaN, b = NaN] = given.trim().split(' ').map(Number);
    if (command === 'M' || command === 'L') [x, y] = [a, b];
    else if (command === 'H') x = a;
    else if (command === 'h') x += a;
    else if (command === 'v') y += a;
    else throw new Error(`command ${command}`);
    points.push([x, y]);
  }
  return points;
}
