import type { Refusal } from '../../../src/core/ask.js';
import { authorize, type Exchange } from '../../../src/core/authorize.js';
import { carryOut } from '../../../src/core/carry-out.js';
import type { RouteRule } from '../../../src/core/options.js';
import type { Answer, Ask, Command, Reply } from '../../../src/core/protocol.js';
import type { VirtualServer, ServerAnswer } from './virtual-server.js';
import type { World } from './world.js';

/** What a page's `getToken` gives: a token, an object with more, whatever a test wants to try, or an error thrown. */
export type VirtualProvider = (ask: Ask, nth: number) => unknown;

export interface RequestTerms {
  readonly rule?: Partial<RouteRule>;
  /** Sent at unload. */
  readonly keepalive?: boolean;
  /** The body is a stream. */
  readonly streams?: boolean;
}

/** A page, frame or worker of the app. */
export class VirtualPage {
  /** `frozen` is listed and silent; `cached` (back/forward) is neither listed nor reached; `closed` is gone. */
  state: 'live' | 'frozen' | 'cached' | 'closed' = 'live';
  isVisible = true;
  /** What the provider was asked, each call. */
  readonly calls: Ask[] = [];
  /** What the worker told it. */
  readonly events: { name: string; detail: Record<string, unknown> }[] = [];
  provider: VirtualProvider;
  /** Its `identity` option; every answer says what it is, or that there is none. */
  identity: string | undefined;
  /** False for a frame whose URL is none of the scope's, as `about:srcdoc`. */
  isListed = true;
  /** False for a frame that never loaded this library: it hears no question. */
  hasLibrary = true;

  constructor(
    readonly world: World,
    readonly id: string,
    readonly type: 'window' | 'worker',
    provider: VirtualProvider,
  ) {
    this.provider = provider;
  }

  /** As `registerTokenInjector` does. */
  register(identity?: string): Promise<void> {
    this.identity = identity;
    return this.say({ type: 'hello', register: true, identity }).then(() => undefined);
  }

  /** Sends a command to the worker that runs now. */
  async say(command: Command): Promise<Extract<Reply, { type: 'done' }>> {
    return carryOut(this.world.worker.core, this.id, command);
  }

  async status(): Promise<Record<string, unknown>> {
    return (await this.say({ type: 'getStatus' })).status as Record<string, unknown>;
  }

  /** One covered request; its answer, at the time it comes. */
  fetch(
    path = '/api/me',
    { rule = {}, keepalive = false, streams = false }: RequestTerms = {},
  ): Promise<ServerAnswer> {
    const server: VirtualServer = this.world.server;
    const url = `https://app.example${path}`;
    const exchange: Exchange<ServerAnswer> = {
      clientId: this.id,
      url,
      rule: { path: '/api/', ...rule },
      covers: (to) => new URL(to).pathname.startsWith('/api/'),
      mayWait: !keepalive,
      send: (token) => server.receive(this, url, token, false),
      resend:
        keepalive || streams || rule.retry === false
          ? undefined
          : (token) => server.receive(this, url, token, true),
      refuse: ({ code }) => ({ status: 401, headers: new Headers(), token: undefined, code }),
    };
    return authorize(this.world.worker.core, exchange);
  }

  /** The token that a request carries; throws where it carries none. */
  async sendsToken(path?: string): Promise<string> {
    const { token } = await this.world.clock.until(this.fetch(path));
    if (token === undefined) throw new Error(`the request of ${this.id} carried no token`);
    return token;
  }

  eventsNamed(name: string): Record<string, unknown>[] {
    return this.events.filter((event) => event.name === name).map(({ detail }) => detail);
  }

  /** Receives a question as a page's engine does: acknowledges, calls the provider, bounds it in time. */
  async answer(ask: Ask, reply: (answer: Answer) => void): Promise<void> {
    if (this.state !== 'live' || !this.hasLibrary) return;
    reply({ type: 'ack' });
    this.calls.push(ask);
    const { identity } = this;
    try {
      const call = Promise.resolve(this.provider(ask, this.calls.length));
      const tooLate = this.world.clock.sleep(ask.timeoutMs ?? 0).then(() => {
        throw Object.assign(new Error('late'), { code: 'provider-timeout' });
      });
      const result = await Promise.race([call, tooLate]);
      if (this.state !== 'live') return;
      const given = typeof result === 'string' ? { token: result } : (result as object);
      reply({ type: 'answer', identity: identity ?? '', ...given });
    } catch (error) {
      if (this.state !== 'live') return;
      const { code = 'provider-rejected', identity: former } = error as Partial<Refusal>;
      reply({ type: 'failed', code, message: '', identity: former });
    }
  }
}
