type Sight = Record<string, unknown>;

/** Everything that an EventSource says until it has said so many messages, over as many connections as that takes. */
export function seeEventSource(url: string, count: number): Promise<Sight> {
  return new Promise((resolve) => {
    const events: string[] = [];
    let messages = 0;
    const source = new EventSource(url);
    const end = (): void => {
      source.close();
      resolve({ events, url: source.url });
    };
    source.onopen = () => events.push(`open ${source.readyState}`);
    source.onmessage = ({ data, lastEventId, origin }: MessageEvent<string>) => {
      events.push(`${data} (${lastEventId}) ${origin}`);
      if (++messages === count) end();
    };
    source.onerror = () => {
      events.push(`error ${source.readyState}`);
      if (source.readyState === EventSource.CLOSED) end();
    };
  });
}
