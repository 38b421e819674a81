/**
 * Listens in on every BroadcastChannel whose name the page learns, by a channel of its own beside it.
 * It runs before any other script, so that no name is missed.
 */
{
  const messages = [];
  const names = new Set();
  const NativeBroadcastChannel = BroadcastChannel;
  globalThis.channelRecorder = { messages, names };
  globalThis.BroadcastChannel = class extends NativeBroadcastChannel {
    constructor(name) {
      super(name);
      if (names.has(name)) return;
      names.add(name);
      let listener;
      const listen = () => {
        listener = new NativeBroadcastChannel(name);
        listener.onmessage = ({ data }) => messages.push(JSON.stringify({ name, received: data }));
      };
      listen();
      // A message for it would put the page out of the back/forward cache.
      addEventListener('pagehide', () => listener.close());
      addEventListener('pageshow', ({ persisted }) => persisted && listen());
    }
    postMessage(data) {
      messages.push(JSON.stringify({ name: this.name, sent: data }));
      super.postMessage(data);
    }
  };
}
