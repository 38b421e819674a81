/** A failure after a failure is labelled again only where the labels have room beside each other. */
const LABEL_MS = 8000;

/**
 * What the journal adds up to: a lane for each frame, and in it the requests, the calls of its provider and
 * the tokens it lived on. `apply` takes one entry and says what of this it changed.
 */
export function createModel() {
  const lanes = new Map();
  const score = { answered: 0, refused: 0, refusedToPage: 0, bare: 0, foreign: 0 };

  const changes = {
    frame: (entry) => {
      const lane = {
        id: entry.frame,
        tenant: entry.tenant,
        module: entry.module,
        bornAt: entry.at,
        requests: new Map(),
        asks: new Map(),
        tokens: [],
        controls: [],
        early: new Map(),
        state: 'none',
      };
      lanes.set(entry.frame, lane);
      return { lane };
    },
    ready: (entry, lane) => ({ lane: Object.assign(lane, { mode: entry.mode, inScreen: entry.inScreen }) }),
    gone: (entry, lane) => ({ lane: Object.assign(lane, { goneAt: entry.at }) }),
    status: (entry, lane) => {
      Object.assign(lane, { mode: entry.mode, state: entry.state, heardAt: entry.at });
      noteToken(lane, entry.at, entry.state === 'none' ? undefined : entry.expiresAt);
      return { lane };
    },
    event: (entry, lane) => {
      if (entry.name === 'refreshError') lane.retryAtMs = entry.willRetryAt * 1000;
      return { lane };
    },
    request: (entry, lane) => {
      const request = { id: entry.request, kind: entry.kind, startedAt: entry.at, arrivals: [] };
      request.stacked = stackedOn(lane, request);
      lane.requests.set(request.id, request);
      for (const arrival of lane.early.get(request.id) ?? []) arrive(lane, request, arrival);
      lane.early.delete(request.id);
      return { lane, request };
    },
    arrival: (entry, lane) => {
      if (entry.status === 200) score.answered += 1;
      else score.refused += 1;
      if (entry.bare) score.bare += 1;
      const foreign = entry.status === 200 && (entry.tenant !== lane.tenant || entry.module !== lane.module);
      if (foreign) score.foreign += 1;
      else if (entry.status === 200) lane.serial = serialOf(entry.token);
      const arrival = { ...entry, serial: serialOf(entry.token), foreign };
      const request = lane.requests.get(entry.request);
      if (request) arrive(lane, request, arrival);
      else lane.early.set(entry.request, [...(lane.early.get(entry.request) ?? []), arrival]);
      return { lane, request };
    },
    open: (entry, lane) => ({ lane, request: settle(lane, lane.requests.get(entry.request)) }),
    answer: (entry, lane) => {
      const request = lane.requests.get(entry.request);
      if (!request) return { lane };
      Object.assign(request, { endedAt: entry.at, status: entry.status });
      settle(lane, request);
      const refused = entry.status !== 200 && request.arrivals.at(-1)?.status === 401;
      if (entry.status === 401 || refused) score.refusedToPage += 1;
      return { lane, request };
    },
    closed: (entry, lane) => {
      const request = lane.requests.get(entry.request);
      if (!request) return { lane };
      request.endedAt = entry.at;
      const open = request.arrivals.at(-1);
      if (open) open.closedAt = entry.at;
      return { lane, request };
    },
    ask: (entry, lane) => {
      const ask = { id: entry.ask, reason: entry.reason, startedAt: entry.at };
      lane.asks.set(ask.id, ask);
      return { lane, ask };
    },
    asked: (entry, lane) => {
      const ask = lane.asks.get(entry.ask);
      if (!ask || ask.endedAt !== undefined) return { lane };
      const outcome =
        entry.outcome === 'token' && !(entry.expiresAt * 1000 > entry.at) ? 'expired' : entry.outcome;
      Object.assign(ask, {
        endedAt: entry.at,
        outcome,
        message: entry.message,
        serial: serialOf(entry.token),
      });
      const before = lane.asked;
      ask.isNews = isNews(ask, before);
      if (ask.isNews) lane.asked = ask;
      if (outcome === 'token') {
        lane.serial = ask.serial;
        noteToken(lane, entry.at, entry.expiresAt);
      }
      return { lane, ask };
    },
  };

  return {
    lanes,
    score,
    apply(entry) {
      if (entry.type === 'control') return { marked: markControl(lanes, entry) };
      const lane = lanes.get(entry.frame);
      if (!lane && entry.type !== 'frame') return {};
      return changes[entry.type]?.(entry, lane) ?? {};
    },
    /** Forgets what has moved out of sight. */
    forgetBefore(timeMs) {
      for (const lane of lanes.values()) {
        if (lane.goneAt < timeMs) lanes.delete(lane.id);
        for (const parts of [lane.requests, lane.asks]) {
          for (const [id, { endedAt }] of parts) if (endedAt < timeMs) parts.delete(id);
        }
        lane.controls = lane.controls.filter(({ atMs }) => atMs >= timeMs);
        lane.tokens = lane.tokens.filter(({ untilMs }) => !(untilMs < timeMs));
      }
    },
  };
}

/** A stretch of a lane that was lived on one token; a second of difference is the same token. */
function noteToken(lane, atMs, expiresAt) {
  const last = lane.tokens.at(-1);
  const current = last && last.untilMs === undefined ? last : undefined;
  if (expiresAt === undefined) {
    if (current) current.untilMs = atMs;
    return;
  }
  const expiresMs = expiresAt * 1000;
  if (current && Math.abs(current.expiresMs - expiresMs) < 1000) return;
  if (current && expiresMs < current.expiresMs) return;
  if (current) current.untilMs = atMs;
  lane.tokens.push({ fromMs: atMs, expiresMs, untilMs: undefined });
}

/** The back end's word of an arrival comes at once, the frame's word of the request a little later. */
function arrive(lane, request, arrival) {
  request.retried = request.arrivals.at(-1)?.status === 401;
  request.arrivals.push(arrival);
  if (request.kind === 'download') request.endedAt = arrival.at;
  if (request.kind === 'stream') request.endedAt = undefined;
  settle(lane, request);
}

/**
 * A request waited for a token if its provider was under way between its start and its arrival. One that comes
 * late for other reasons (the browser opens six connections, not more) did not.
 */
function settle(lane, request) {
  const arrivedAt = request?.arrivals[0]?.at;
  if (arrivedAt === undefined) return request;
  const asked = [...lane.asks.values()].some(
    ({ startedAt, endedAt = Infinity, reason }) =>
      reason !== 'expiring' && startedAt <= arrivedAt && endedAt >= request.startedAt,
  );
  request.waitedMs = asked ? arrivedAt - request.startedAt : 0;
  return request;
}

/** Whether the outcome deserves a label: labels that say the same would stand on each other. */
function isNews({ outcome, serial, endedAt }, before) {
  if (outcome !== before?.outcome) return true;
  return outcome === 'token' ? serial !== before.serial : endedAt - before.endedAt > LABEL_MS;
}

/** What was pressed stands in the lanes that it concerns. */
function markControl(lanes, { tenant, at, action, mode, signedIn }) {
  const concerned = [...lanes.values()].filter((lane) => tenant === undefined || lane.tenant === tenant);
  for (const lane of concerned) lane.controls.push({ atMs: at, action, mode, signedIn });
  return concerned;
}

function stackedOn(lane, request) {
  return [...lane.requests.values()].filter(
    ({ kind, startedAt }) => kind === request.kind && Math.abs(request.startedAt - startedAt) < 60,
  ).length;
}

/** `foo/issue-panel/4` is token 4 of its module. */
function serialOf(token) {
  return token?.split('/')[2];
}
