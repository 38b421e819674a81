import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { covered, expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import type { ClientRoutes } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';
import { pdfFile } from '../support/clients/pdf-file.js';

const FILE = pdfFile();

for (const lane of LANES) {
  test(`pdf.js, ${lane.name}: a document read in ranges, refused at the first request and at a range`, async ({
    world,
  }) => {
    let ranges = 0;
    const routes: ClientRoutes = ({ seen, request, response }) => {
      if (seen.path !== '/api/report.pdf') return false;
      const head = { 'content-type': 'application/pdf', 'accept-ranges': 'bytes' };
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const end = Math.min(Number(to) + 1, FILE.length);
      const body = from === undefined ? FILE : FILE.subarray(Number(from), end);
      if (from !== undefined) ranges += 1;
      if (ranges === 1) world.app.issuer.revokeAll();
      const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${end - 1}/${FILE.length}` };
      response.writeHead(from === undefined ? 200 : 206, {
        ...head,
        ...range,
        'content-length': body.length,
      });
      response.end(body);
      return true;
    };
    const tab = await openClient(world, lane, 'pdf', routes);
    const read = () => tab.evaluate(() => pdfClient.read('/api/report.pdf', [5, 2]));
    expect(await read()).toEqual(['Unexpected server response (401) while retrieving PDF it.']);
    await registerAndRevoke(world, tab, lane);
    expect(await read()).toEqual(['This is page 5', 'This is page 2']);
    expectOneRefresh(world, tab, 2);
    const served = covered(world).filter(({ status }) => status === 206);
    expect(served.length).toBeGreaterThan(2);
  });
}
