import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BYPASS_HASH, PROBE_HASH, PROBE_HEADER } from '../../src/core/bypass.js';
import { OPTIONS_PARAMETER } from '../../src/core/options.js';
import { ANSWERS, COMMANDS, NOTICES, PING, PROTOCOL_VERSION, REPLIES } from '../../src/core/protocol.js';
import { channelName } from '../../src/web/web-platform.js';

const text = await readFile(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');

/** The table below a heading: type → field → kind. */
function documented(heading: string): Record<string, Record<string, string>> {
  const section = text.split(/^## /m).find((each) => each.startsWith(heading));
  if (section === undefined) throw new Error(`PROTOCOL.md has no heading that begins with "${heading}".`);
  const found: Record<string, Record<string, string>> = {};
  for (const [, type = '', fields = ''] of section.matchAll(/^\| `(\w+)` +\|([^|]*)\|/gm)) {
    const row: Record<string, string> = (found[type] = {});
    for (const [, name = '', kind = ''] of fields.matchAll(/`(\w+)`: (\w+)/g)) row[name] = kind;
  }
  return found;
}

test.each([
  ['A command', COMMANDS],
  ['A reply', REPLIES],
  ['A notice', NOTICES],
  ['An answer', ANSWERS],
  ['A ping', { [PING.type]: {} }],
])('PROTOCOL.md, "%s": every message with its fields, and nothing else', (heading, table) => {
  expect(documented(heading)).toEqual(table);
});

test('PROTOCOL.md names the version, the channel, the parameter and the fragments that the code has', () => {
  expect(text).toContain(`Protocol version: ${PROTOCOL_VERSION}.`);
  expect(text).toContain(`\`bearerWorker: ${PROTOCOL_VERSION}\``);
  expect(text).toContain(`\`${channelName('<scope>')}\``);
  expect(text).toContain(`\`?${OPTIONS_PARAMETER}=<JSON>\``);
  expect(text).toContain(`\`${BYPASS_HASH}\``);
  expect(text).toContain(`\`${PROBE_HASH}\``);
  expect(text).toContain(`a header \`${PROBE_HEADER}\``);
});
