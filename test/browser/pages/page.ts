import { answer } from './answer.js';
import * as matrix from './matrix.js';
import { pageError } from './page-error.js';
import { Registrations } from './registrations.js';
import { dumpStorage } from './storage-dump.js';
import { Traffic } from './traffic.js';
import * as transports from './transports.js';
import { xhrLog } from './xhr-log.js';

const harness = {
  ...transports,
  answer,
  dumpStorage,
  matrix,
  pageError,
  registrations: new Registrations(),
  traffic: new Traffic(),
  xhrLog,
};

declare global {
  var harness: PageHarness;
}

/** What tests find in the page. */
export type PageHarness = typeof harness;

globalThis.harness = harness;
