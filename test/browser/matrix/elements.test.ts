import { defineCells } from './define.js';
import type { Transport } from './transport.js';

type Kind = Parameters<typeof harness.matrix.seeElement>[0];

function element(name: string, kind: Kind, path: string, more: Partial<Transport> = {}): Transport {
  return {
    name,
    path,
    run: ({ tab }, url) => tab.evaluate((what, to) => harness.matrix.seeElement(what, to), kind, url),
    ...more,
  };
}

defineCells([
  element('<img>', 'img', 'picture.png'),
  element('<audio>, with seeking', 'audio', 'tone.wav', { isManifold: true }),
  element('<video>, with seeking', 'video', 'tone.wav', { isManifold: true }),
  element('<track>', 'track', 'captions.vtt'),
  element('<link rel=stylesheet>, by rule', 'style', 'style.css', { isNamed: true }),
  element('<script>, by rule', 'script', 'script.js', { isNamed: true }),
  element('<script type=module>, by rule', 'module', 'module.js', { isNamed: true }),
  element('import(), by rule', 'import', 'module.js', { isNamed: true }),
]);
