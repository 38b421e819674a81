import type { TokenCore } from '../src/core/create-core.js';
import { TokenInjectorError } from '../src/core/errors.js';
import {
  PROTOCOL_VERSION,
  readPageMessage,
  seal,
  versionOf,
  type PageMessage,
  type WorkerReply,
} from '../src/core/protocol.js';
import { isInScope } from './worker-clients.js';

declare const self: ServiceWorkerGlobalScope;

/** Serves what pages of the scope ask for. What is not understood, or comes from elsewhere, is dropped. */
export function onPageMessage(event: ExtendableMessageEvent, core: TokenCore): void {
  const { source, data } = event;
  const port = event.ports[0];
  const version = versionOf(data);
  if (version === undefined || !port || !(source instanceof Client) || !isInScope(source)) return;
  const reply = (message: WorkerReply): void => port.postMessage(seal(message));
  if (version !== PROTOCOL_VERSION) {
    const text = `The page speaks protocol ${version}, the worker ${PROTOCOL_VERSION}. Run "npx bearer-worker init".`;
    reply({ type: 'failed', code: 'protocol-mismatch', message: text });
    return;
  }
  const message = readPageMessage(data);
  if (!message) return;
  reply({ type: 'ack' });
  event.waitUntil(
    serve(message, source.id, core).then(reply, (error: unknown) => {
      const known = error instanceof TokenInjectorError ? error : undefined;
      const code = known?.code ?? 'worker-unavailable';
      reply({ type: 'failed', code, message: known?.message ?? 'The worker failed to carry out a command.' });
    }),
  );
}

async function serve(message: PageMessage, clientId: string, core: TokenCore): Promise<WorkerReply> {
  const { session, tokens, registry } = core;
  await registry.ready;
  if (message.type === 'hello') {
    await session.hello(clientId, message.register, message.identity);
    // A hard-reloaded page, or one older than the worker, is not controlled until it is claimed.
    await self.clients.claim();
    return { type: 'done' };
  }
  if (!registry.slotOf(clientId)) {
    throw new TokenInjectorError(
      'no-client',
      'This page has not registered. Call registerTokenInjector first.',
    );
  }
  switch (message.type) {
    case 'get-token': {
      const { minValiditySeconds, forceRefresh } = message;
      const grant = await tokens.acquire(clientId, { minValiditySeconds, force: forceRefresh });
      if (!grant) throw new TokenInjectorError('no-client', 'The identity of this page cannot be known.');
      return { type: 'token', token: grant.token.value };
    }
    case 'get-status':
      return { type: 'status', status: await session.status(clientId) };
    case 'logout':
      await session.logout(clientId);
      return { type: 'done' };
    case 'wake':
      await session.wake(clientId);
      return { type: 'done' };
    case 'goodbye':
      await session.goodbye(clientId);
      return { type: 'done' };
  }
}
