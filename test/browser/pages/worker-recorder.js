/**
 * Stands before the worker in tests that look for leaks, and tells the server what the worker says on its
 * console and over its channels.
 */
{
  const tell = (line) => void fetch('/recorded', { method: 'POST', body: line }).catch(() => {});
  for (const level of ['debug', 'info', 'log', 'warn', 'error']) {
    const native = console[level].bind(console);
    console[level] = (...args) => {
      tell(
        `console.${level}: ${args.map((arg) => `${String(arg)} ${arg?.stack ?? JSON.stringify(arg)}`).join(' ')}`,
      );
      native(...args);
    };
  }
  const { postMessage } = BroadcastChannel.prototype;
  BroadcastChannel.prototype.postMessage = function (data) {
    tell(`channel ${this.name}: ${JSON.stringify(data)}`);
    postMessage.call(this, data);
  };
  addEventListener('error', (event) => tell(`error: ${event.message} ${event.error?.stack ?? ''}`));
  addEventListener('unhandledrejection', ({ reason }) =>
    tell(`rejection: ${String(reason)} ${reason?.stack ?? ''}`),
  );
}
