/** What engines differ in most, as paths: each way to send a request, from each place. */
export const TRANSPORTS = ['matrix/*', 'frames', 'navigations'].map((file) => `test/browser/${file}.test.ts`);

/** The suites in Chromium, which are one project in a whole run: a worker keeps its browser for the files of one. */
export const IN_CHROMIUM = ['browser', 'transports-chromium', 'integrations', 'demo'];

/** Whose a file is of the suites in Chromium. */
export function suiteInChromium(path) {
  const isTransport = TRANSPORTS.some((pattern) => path.startsWith(pattern.split('*')[0]));
  return isTransport ? 'transports-chromium' : path.split('/')[1];
}
