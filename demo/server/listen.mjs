/**
 * Listens on loopback only. A port that is taken is no reason to fail: the next nine are tried, then any.
 * Port 0 asks for any at once.
 */
export async function listen(server, port) {
  const next = Array.from({ length: 10 }, (_, step) => port + step).filter((each) => each <= 65_535);
  const candidates = port === 0 ? [0] : [...next, 0];
  for (const candidate of candidates) {
    try {
      return await listenOn(server, candidate);
    } catch (error) {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    }
  }
  throw new Error(
    `No free port from ${port} on 127.0.0.1. Stop what listens there, or give another: --port 9000.`,
  );
}

function listenOn(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(server.address().port);
    });
  });
}

/** Stops listening and ends what is open, event streams among them. */
export function stop(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
