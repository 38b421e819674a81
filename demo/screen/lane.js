import { askMark, controlMark, LANE_HEIGHT, requestMark, tokenMark } from './marks.js';
import { svg } from './svg.js';

const PIXELS_PER_SECOND = 14;
/** The right end of a lane is what is to come: there the rest of the token runs out. */
const FUTURE_SECONDS = 5;
const MODULE_NAMES = { 'issue-panel': 'Issue panel', 'project-page': 'Project page' };

/**
 * One frame's row. Marks are put once, at their place on an endless strip; as time goes, the strip is pulled
 * to the left, and only what is still under way is drawn anew.
 */
export function createLane(lane, { originMs, lifeMs }) {
  const x = (timeMs) => ((timeMs - originMs) / 1000) * PIXELS_PER_SECOND;
  const strip = svg('g');
  const ground = svg('g');
  strip.append(ground);
  const now = svg('line', { class: 'now', y1: 0, y2: LANE_HEIGHT });
  const future = svg('rect', { class: 'future', y: 0, height: LANE_HEIGHT });
  const track = svg(
    'svg',
    { class: 'track', height: LANE_HEIGHT, 'aria-hidden': 'true' },
    strip,
    future,
    now,
  );

  const element = document.createElement('article');
  element.className = `lane ${lane.tenant}`;
  element.innerHTML = `<div class="head"><h3></h3><p class="left"><meter min="0" max="1" aria-label="What is left of the token"></meter> <span></span></p></div>`;
  element.append(track);
  const meter = element.querySelector('meter');
  const left = element.querySelector('.left span');
  const drawn = new Map();
  let shiftPx = 0;
  let groundDrawn = '';

  function draw(part, mark) {
    drawn.get(part.id)?.element.remove();
    const shown = { element: mark, part };
    drawn.set(part.id, shown);
    strip.append(mark);
  }

  const view = {
    element,
    request: (request) => draw(request, requestMark(request, x, Date.now())),
    ask: (ask) => draw(ask, askMark(ask, x, Date.now())),

    /** The words at the head of the row. */
    name() {
      const where = lane.inScreen === false ? ' (other tab)' : '';
      element.querySelector('h3').textContent = `${lane.tenant} · ${MODULE_NAMES[lane.module]}${where}`;
      element.classList.toggle('gone', lane.goneAt !== undefined);
    },

    /** Pulls the strip to where it belongs at this moment. */
    tick(nowMs) {
      strip.setAttribute('transform', `translate(${shiftPx - x(nowMs)})`);
      for (const { part } of drawn.values()) {
        if (part.endedAt !== undefined) continue;
        if (part.reason) view.ask(part);
        else if (part.arrivals.length === 0 || part.kind === 'stream') view.request(part);
      }
      drawGround();
      tellLeft(nowMs);
    },

    resize() {
      const width = track.getBoundingClientRect().width;
      const ahead = Math.min(FUTURE_SECONDS * PIXELS_PER_SECOND, width / 6);
      shiftPx = width - ahead;
      now.setAttribute('x1', shiftPx);
      now.setAttribute('x2', shiftPx);
      future.setAttribute('x', shiftPx);
      future.setAttribute('width', ahead);
    },

    /** Where on the page this row's time runs. */
    scale: () => ({
      leftPx: track.getBoundingClientRect().left - element.getBoundingClientRect().left,
      nowPx: shiftPx,
      pixelsPerSecond: PIXELS_PER_SECOND,
      seenMs: (shiftPx / PIXELS_PER_SECOND) * 1000,
    }),

    forget() {
      for (const [id, { element: mark, part }] of drawn) {
        if (lane.requests.has(id) || lane.asks.has(id)) continue;
        if (part.endedAt === undefined) continue;
        mark.remove();
        drawn.delete(id);
      }
    },
  };

  /** Tokens and pressed buttons: behind all, and few enough to be drawn together. */
  function drawGround() {
    const key = JSON.stringify([lane.tokens, lane.controls]);
    if (key === groundDrawn) return;
    groundDrawn = key;
    ground.replaceChildren(
      ...lane.tokens.map((token) => tokenMark(token, x, lifeMs(token))),
      ...lane.controls.map((control) => controlMark(control, x)),
    );
  }

  function tellLeft(nowMs) {
    const token = lane.tokens.at(-1);
    const leftMs = token && token.untilMs === undefined ? token.expiresMs - nowMs : -1;
    meter.value = leftMs > 0 ? leftMs / lifeMs(token) : 0;
    const words =
      leftMs > 0
        ? `token ${lane.serial ?? '…'} · ${Math.ceil(leftMs / 1000)} s left`
        : tellWithout(lane, nowMs);
    if (left.textContent !== words) left.textContent = words;
  }

  view.name();
  return view;
}

function tellWithout({ state, retryAtMs, heardAt }, nowMs) {
  if (heardAt === undefined) return 'not covered yet';
  const retryInSeconds = Math.ceil((retryAtMs - nowMs) / 1000);
  if (retryInSeconds > 0) return `no token · asked again in ${retryInSeconds} s`;
  return state === 'reauth-required' ? 'no token · must sign in' : 'no token';
}
