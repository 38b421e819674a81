const KEPT_ENTRIES = 2000;

/**
 * Everything that happens, in order: what the frames report, what arrives at the back end, what was pressed.
 * The screen reads it as an event stream, tests read it as an array. No entry holds a token.
 */
export function createJournal() {
  const entries = [];
  const readers = new Set();

  return {
    entries,

    write(entry) {
      const dated = { at: Date.now(), ...entry };
      entries.push(dated);
      if (entries.length > KEPT_ENTRIES) entries.shift();
      for (const response of readers) send(response, dated);
    },

    /** Answers a request with the recent past and all that follows. */
    stream(request, response, sinceMs) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('retry: 1000\n\n');
      for (const entry of entries) if (entry.at >= sinceMs) send(response, entry);
      readers.add(response);
      request.on('close', () => readers.delete(response));
    },

    close() {
      for (const response of readers) response.end();
      readers.clear();
    },
  };
}

function send(response, entry) {
  response.write(`data: ${JSON.stringify(entry)}\n\n`);
}
