import { COMMANDS, read, seal, type Command, type Reply } from '../../../src/core/protocol.js';

/** A worker as a page sees it: it takes messages with a port, and answers as the test says. */
export class FakeServiceWorker extends EventTarget {
  state = 'activated';
  scriptURL = 'https://app.example/bearer-worker.js?options=x';
  readonly received: Command[] = [];
  readonly ports: MessagePort[] = [];
  /** The replies to the nth message. */
  replies: (command: Command, nth: number) => (Reply | object)[] = () => [{ type: 'ack' }, { type: 'done' }];

  /** What came without a port, and so is not to be answered. */
  readonly unanswered: unknown[] = [];

  postMessage(data: unknown, [port]: MessagePort[] = []): void {
    if (!port) {
      this.unanswered.push(data);
      return;
    }
    const command = read(COMMANDS, structuredClone(data))!;
    this.received.push(command);
    this.ports.push(port);
    for (const reply of this.replies(command, this.received.length)) {
      port.postMessage('bearerWorker' in reply ? reply : seal(reply as Reply));
    }
  }

  close(): void {
    for (const port of this.ports) port.close();
  }
}
