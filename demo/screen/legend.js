import { cross, shape } from './marks.js';
import { svg } from './svg.js';

/** @type {[string, () => SVGElement[]][]} */
const ENTRIES = [
  ['fetch', () => [shape('fetch', 9, 7, 'let-in')]],
  ['image', () => [shape('image', 9, 7, 'let-in')]],
  ['event stream', () => [shape('stream', 3, 7, 'let-in')]],
  ['download', () => [shape('download', 9, 7, 'let-in')]],
  [
    'waits for a token',
    () => [svg('line', { class: 'wait', x1: 0, x2: 11, y1: 7, y2: 7 }), shape('fetch', 14, 7, 'pending')],
  ],
  ['refused (401)', () => [cross(9, 7, 4)]],
  ['sent without a token', () => [shape('fetch', 9, 7, 'bare')]],
  [
    'this frame is asked for a token',
    () => [svg('g', { class: 'ask good' }, svg('path', { d: 'M9 2.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z' }))],
  ],
  [
    'what is left of the token',
    () => [
      svg('path', { class: 'area', d: 'M0 2L18 12V13H0Z' }),
      svg('path', { class: 'edge', d: 'M0 2L18 12' }),
    ],
  ],
];

export function showLegend(list) {
  for (const [text, draw] of ENTRIES) {
    const item = document.createElement('li');
    item.append(svg('svg', { width: 19, height: 14, 'aria-hidden': 'true' }, ...draw()), text);
    list.append(item);
  }
}
