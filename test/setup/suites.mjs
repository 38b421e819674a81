/** What engines differ in most, as paths: each way to send a request, from each place. */
export const TRANSPORTS = ['matrix/*', 'frames', 'navigations'].map((file) => `test/browser/${file}.test.ts`);

/** The suites in Chromium, which are one project in a whole run: a worker keeps its browser for the files of one. */
export const IN_CHROMIUM = ['browser', 'transports-chromium', 'integrations', 'demo'];

/** Whose a file is of the suites in Chromium. */
export function suiteInChromium(path) {
  const [, folder] = path.split('/');
  return /^test\/browser\/(matrix\/|frames\.|navigations\.)/.test(path) ? 'transports-chromium' : folder;
}
