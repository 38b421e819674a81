const KEPT_ENTRIES = 20_000;

/**
 * Everything that happens, in order: what the frames report, what arrives at the back end, what was pressed.
 * The screen reads it as an event stream, tests read it as an array. No entry holds a token.
 */
export function createJournal() {
  const entries = [];
  const readers = new Set();
  let written = 0;

  return {
    entries,

    write(entry) {
      written += 1;
      const dated = { at: Date.now(), ...entry, sequence: written };
      entries.push(dated);
      if (entries.length > KEPT_ENTRIES) entries.shift();
      for (const response of readers) send(response, dated);
    },

    /** Answers a request with the recent past and all that follows; one that comes back, with what it missed. */
    stream(request, response, sinceMs) {
      const seen = Number(request.get('Last-Event-ID') ?? 0);
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('retry: 1000\n\n');
      const open = openFrames(entries);
      for (const entry of entries) {
        if (entry.sequence <= seen) continue;
        // A frame that was opened long ago is still there to be shown.
        const introduces = ['frame', 'ready'].includes(entry.type) && open.has(entry.frame);
        if (entry.at >= sinceMs || introduces) send(response, entry);
      }
      readers.add(response);
      request.on('close', () => readers.delete(response));
    },

    close() {
      for (const response of readers) response.end();
      readers.clear();
    },
  };
}

function openFrames(entries) {
  const open = new Set();
  for (const { type, frame } of entries) {
    if (type === 'frame') open.add(frame);
    if (type === 'gone') open.delete(frame);
  }
  return open;
}

function send(response, entry) {
  response.write(`id: ${entry.sequence}\ndata: ${JSON.stringify(entry)}\n\n`);
}
