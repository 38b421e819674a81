type Listener = (event: { readonly data: unknown }) => void;

class FakePort {
  onmessage: Listener | undefined;
  other: FakePort | undefined;
  #isOpen = true;

  postMessage(message: unknown): void {
    const data = structuredClone(message);
    const { other } = this;
    void Promise.resolve().then(() => other?.receive(data));
  }

  receive(data: unknown): void {
    if (this.#isOpen) this.onmessage?.({ data });
  }

  close(): void {
    this.#isOpen = false;
  }
}

/** A MessageChannel whose messages take no time, for a test in which no time passes of itself. */
export class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export type { FakePort };
