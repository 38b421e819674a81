import { defineCells } from './define.js';
import type { Transport } from './transport.js';

type Kind = Parameters<typeof harness.matrix.seeFrom>[0];
type Offer = Parameters<typeof harness.matrix.offer>[0];

function from(name: string, kind: Kind): Transport {
  return {
    name,
    path: 'echo',
    run: ({ tab, options }, url) =>
      tab.evaluate((what, to, given) => harness.matrix.seeFrom(what, to, given), kind, url, options),
  };
}

/** A real click: what opens a window by itself is stopped. */
function navigation(name: string, kind: Offer, path: string): Transport {
  return {
    name,
    path,
    isNamed: true,
    mayLeave: true,
    async run({ tab }, url, arrived) {
      await tab.evaluate((what, to) => harness.matrix.offer(what, to), kind, url);
      await tab.page.click('#go');
      await arrived();
      return path === 'download' ? {} : tab.evaluate(() => harness.matrix.seeOpened());
    },
  };
}

defineCells([
  from('fetch in a dedicated worker', 'dedicated'),
  from('fetch in a shared worker', 'shared'),
  from('fetch in a worker from a blob', 'blob'),
  from('fetch in a srcdoc frame', 'srcdoc'),
  from('fetch in a srcdoc frame that registers', 'srcdoc that registers'),
  from('fetch in a frame in a frame', 'nested'),
  from('fetch in a frame in a frame that registers', 'nested that registers'),
  navigation('link to a download, by rule', 'download', 'download'),
  navigation('link with the attribute download, by rule', 'download attribute', 'download'),
  navigation('link, by rule', 'link', 'document'),
  navigation('window.open, by rule', 'window.open', 'document'),
  navigation('form that gets, by rule', 'form get', 'document'),
  navigation('form that posts', 'form post', 'document'),
]);
