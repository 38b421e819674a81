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

/** Pages of the browser's own in each window, for an address bar that nobody sees: 0.6 s of a core. */
export const ADDRESS_BAR_FEATURES = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'];
