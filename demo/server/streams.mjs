/** The event streams that are open, so that all can be ended at once. */
export function createStreams() {
  const open = new Set();
  return {
    add(response) {
      open.add(response);
      response.on('close', () => open.delete(response));
    },
    endAll() {
      for (const response of open) response.end();
    },
  };
}
