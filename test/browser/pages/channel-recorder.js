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
      const listener = new NativeBroadcastChannel(name);
      listener.onmessage = ({ data }) => messages.push(JSON.stringify({ name, received: data }));
    }
    postMessage(data) {
      messages.push(JSON.stringify({ name: this.name, sent: data }));
      super.postMessage(data);
    }
  };
}
