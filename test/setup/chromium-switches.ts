/**
 * What every Chromium of the tests is started with. None of these, nor of puppeteer's own, turns storage partitioning
 * off, which is what keeps the frames of two sites apart.
 */
export const CHROMIUM_SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
