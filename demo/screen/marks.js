import { svg } from './svg.js';

// Heights in a lane, from above. The upper part tells of the token, the lower of the requests that it served.
export const LANE_HEIGHT = 92;
const TOKEN_TOP = 12;
const TOKEN_FLOOR = 36;
const ASK_Y = 6;
const ROW = { fetch: 48, image: 74, stream: 69, download: 82 };
const STACK_STEP = 5;
const STACK_LIMIT = 5;
const LABEL_WIDTH = 70;

/** What is left of a token, as a slope: full height is its whole life, the floor is its end. */
export function tokenMark(token, x, lifeMs) {
  const height = TOKEN_FLOOR - TOKEN_TOP;
  const y = (timeMs) => TOKEN_FLOOR - height * Math.min(1, Math.max(0, token.expiresMs - timeMs) / lifeMs);
  const end = Math.min(token.untilMs ?? Infinity, token.expiresMs);
  const path = `M${x(token.fromMs)} ${y(token.fromMs)}L${x(end)} ${y(end)}`;
  return svg(
    'g',
    { class: 'token' },
    svg('path', { class: 'area', d: `${path}V${TOKEN_FLOOR}H${x(token.fromMs)}Z` }),
    svg('path', { class: 'edge', d: path }),
  );
}

/** A call of the provider: a diamond where it began, and how it ended. */
export function askMark(ask, x, nowMs) {
  const from = x(ask.startedAt);
  const to = x(ask.endedAt ?? nowMs);
  const failed = ask.outcome !== undefined && ask.outcome !== 'token';
  const group = svg(
    'g',
    { class: `ask ${ask.outcome === undefined ? 'open' : failed ? 'bad' : 'good'}` },
    svg('title', {}, tellAsk(ask)),
    svg('line', { x1: from, x2: to, y1: ASK_Y, y2: ASK_Y }),
    svg('path', { d: `M${from} ${ASK_Y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z` }),
  );
  if (failed) group.append(cross(to, ASK_Y, 3.5));
  const label = failed ? ask.outcome : ask.serial && `token ${ask.serial}`;
  if (label && ask.isNews) {
    // What took long has room on its own line; behind it the next call may begin at once.
    const place = failed && to - from > LABEL_WIDTH ? { x: to - 9, 'text-anchor': 'end' } : { x: to + 7 };
    group.append(svg('text', { ...place, y: ASK_Y + 3.5 }, label));
  }
  return group;
}

/** A request: a line while it waits, a cross for each refusal, a filled shape where it was let in. */
export function requestMark(request, x, nowMs) {
  const y = ROW[request.kind] + (request.kind === 'fetch' ? (request.stacked % STACK_LIMIT) * STACK_STEP : 0);
  const letIn = request.arrivals.find(({ status }) => status !== 401);
  const group = svg('g', { class: `request ${request.kind}` }, svg('title', {}, tellRequest(request)));
  const waitsUntil = letIn?.at ?? request.endedAt ?? nowMs;
  group.append(svg('line', { class: 'wait', x1: x(request.startedAt), x2: x(waitsUntil), y1: y, y2: y }));
  if (request.arrivals.length === 0) group.append(shape(request.kind, x(request.startedAt), y, 'pending'));

  let crosses = 0;
  for (const arrival of request.arrivals) {
    // A retry follows within milliseconds: beside its cross, or one would hide the other.
    const place = x(arrival.at) + (crosses > 0 ? 8 : 0);
    if (arrival.bare) {
      group.append(shape(request.kind, place, y, 'bare'));
    } else if (arrival.status === 401) {
      group.append(cross(x(arrival.at), y, 4));
      crosses += 1;
    } else if (request.kind === 'stream') {
      group.append(streamBar(request, arrival, x, y, nowMs));
    } else {
      group.append(shape(request.kind, place, y, 'let-in'));
    }
    if (arrival.foreign) group.append(svg('text', { class: 'foreign', x: place, y }, '!'));
  }
  return group;
}

const PRESSED = {
  'refuse-token': () => 'refused',
  'get-token': ({ mode }) => `getToken: ${mode}`,
  'host-session': ({ signedIn }) => (signedIn ? 'host: in' : 'host: out'),
  'token-life': () => 'life',
  'app-logout': () => 'logged out',
  'app-sign-in': () => 'signed in',
  'send-many': () => '20 at once',
  'kill-worker': () => 'killed',
  'reload-hard': () => 'reloaded',
};

/** A button that was pressed, across the whole row. */
export function controlMark({ atMs, action, ...values }, x) {
  return svg(
    'g',
    { class: 'control' },
    svg('line', { x1: x(atMs), x2: x(atMs), y1: 0, y2: LANE_HEIGHT }),
    svg('text', { x: x(atMs) + 4, y: LANE_HEIGHT - 3 }, PRESSED[action](values)),
  );
}

export function shape(kind, x, y, style) {
  const attributes = { class: `shape ${style}` };
  if (kind === 'image') return svg('rect', { ...attributes, x: x - 4, y: y - 4, width: 8, height: 8 });
  if (kind === 'download') return svg('path', { ...attributes, d: `M${x - 5} ${y - 4}h10l-5 8z` });
  if (kind === 'stream')
    return svg('rect', { ...attributes, x: x - 1, y: y - 3, width: 14, height: 6, rx: 1 });
  return svg('circle', { ...attributes, cx: x, cy: y, r: 4 });
}

export function cross(x, y, size) {
  return svg('path', {
    class: 'cross',
    d: `M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`,
  });
}

function streamBar(request, arrival, x, y, nowMs) {
  const next = request.arrivals.find(({ at }) => at > arrival.at);
  const end = next ? Math.min(next.at, arrival.closedAt ?? next.at) : (request.endedAt ?? nowMs);
  const width = Math.max(2, x(end) - x(arrival.at));
  return svg('rect', { class: 'shape let-in', x: x(arrival.at), y: y - 3, width, height: 6, rx: 1 });
}

function tellAsk({ reason, outcome, serial, startedAt, endedAt, message }) {
  const took = endedAt === undefined ? '' : `, ${endedAt - startedAt} ms`;
  const end = outcome === 'token' ? `gave token ${serial ?? ''}` : (message ?? outcome ?? 'not answered yet');
  return `asked for a token (${reason}): ${end}${took}`;
}

function tellRequest({ kind, arrivals, waitedMs }) {
  const told = arrivals.map(
    ({ status, serial, bare }) => `${bare ? 'no token' : `token ${serial ?? '?'}`} → ${status}`,
  );
  return `${kind}${waitedMs ? `, waited ${waitedMs} ms` : ''}: ${told.join(', then ') || 'on its way'}`;
}
