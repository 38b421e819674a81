import { carryOut } from '../src/core/carry-out.js';
import type { Core } from '../src/core/core.js';
import type { TokenInjectorError } from '../src/core/errors.js';
import { COMMANDS, PROTOCOL_VERSION, read, seal, versionOf, type Reply } from '../src/core/protocol.js';
import { isInScope } from './worker-clients.js';

declare const self: ServiceWorkerGlobalScope;

/** What a page is told of this worker. */
export interface Abilities {
  /** It has the routes of `addRoutes`. */
  readonly isRouted?: boolean;
  /** It answers the request by which a page finds out whether its requests get here; Chromium's pages have to ask. */
  readonly answersProbe?: boolean;
}

/** Serves the commands of pages of the scope. What is not understood, or comes from elsewhere, is dropped. */
export function onMessage(event: ExtendableMessageEvent, core: Core, abilities: Abilities = {}): void {
  const { source, ports } = event;
  const data: unknown = event.data;
  const [port] = ports;
  const version = versionOf(data);
  const command = read(COMMANDS, data);
  if (typeof version !== 'number' || !port || !(source instanceof Client) || !isInScope(source)) return;
  const reply = (message: Reply): void => port.postMessage(seal(message));
  if (version !== PROTOCOL_VERSION) {
    // Under the page's own version: it reads no other.
    const message: Reply = { type: 'failed', code: 'protocol-mismatch', message: '' };
    port.postMessage({ ...message, bearerWorker: version });
  }
  if (!command) return;
  reply({ type: 'ack' });
  const outcome = carryOut(core, source.id, command).then(
    async (result) => {
      // A hard-reloaded page, or one older than the worker, is not controlled until it is claimed.
      // One that was just replaced may not claim; its successor will.
      if (command.type === 'hello') await self.clients.claim().catch(() => undefined);
      reply({ ...result, ...abilities });
    },
    ({ code, message }: TokenInjectorError) => reply({ type: 'failed', code, message }),
  );
  event.waitUntil(outcome);
}
