import { createLane } from './lane.js';

const FORGET_EVERY_MS = 2000;
const SILENT_MS = 90_000;
const REDUCED_MS = 1000;

/** All rows together, moving. With reduced motion they move on once a second instead. */
export function createPicture(element, axis, model, lifeSeconds) {
  const views = new Map();
  const originMs = Date.now();
  const lifeMs = (token) => Math.max(lifeSeconds() * 1000, token.expiresMs - token.fromMs);

  function viewOf(lane) {
    let view = views.get(lane.id);
    if (!view) {
      view = createLane(lane, { originMs, lifeMs });
      views.set(lane.id, view);
      const after = [...views].filter(([id]) => order(model.lanes.get(id)) <= order(lane)).length - 1;
      element.insertBefore(view.element, element.children[after] ?? null);
      view.resize();
      drawAxis(axis, view);
    }
    return view;
  }

  function tick() {
    const nowMs = Date.now();
    for (const view of views.values()) view.tick(nowMs);
  }

  function forget() {
    const nowMs = Date.now();
    for (const lane of model.lanes.values()) {
      if (lane.heardAt < nowMs - SILENT_MS) lane.goneAt ??= nowMs;
    }
    const seenMs = Math.max(0, ...[...views.values()].map((view) => view.scale().seenMs));
    model.forgetBefore(nowMs - seenMs - 3000);
    for (const [id, view] of views) {
      view.forget();
      if (model.lanes.has(id)) continue;
      view.element.remove();
      views.delete(id);
    }
  }

  const reduced = matchMedia('(prefers-reduced-motion: reduce)');
  const run = () => {
    tick();
    if (reduced.matches) setTimeout(run, REDUCED_MS);
    else requestAnimationFrame(run);
  };
  run();
  setInterval(forget, FORGET_EVERY_MS);
  new ResizeObserver(() => {
    for (const view of views.values()) view.resize();
    drawAxis(axis, views.values().next().value);
    tick();
  }).observe(element);

  return {
    show({ lane, request, ask }) {
      if (!lane || !model.lanes.has(lane.id)) return;
      const view = viewOf(lane);
      view.name();
      if (request) view.request(request);
      if (ask) view.ask(ask);
    },
  };
}

/** One axis for all rows; it stands still, since time goes by beneath it. */
function drawAxis(axis, view) {
  if (!view) return;
  const { leftPx, nowPx, pixelsPerSecond } = view.scale();
  const labels = [];
  for (let seconds = 0; seconds * pixelsPerSecond < nowPx - 20; seconds += 10) {
    const label = document.createElement('span');
    label.textContent = seconds === 0 ? 'now' : `${seconds} s ago`;
    label.style.left = `${leftPx + nowPx - seconds * pixelsPerSecond}px`;
    labels.push(label);
  }
  axis.replaceChildren(...labels);
}

/** foo before bar, the issue before the project, the screen's own frames before other tabs'. */
function order(lane) {
  if (!lane) return -1;
  return (
    (lane.tenant === 'foo' ? 0 : 1e9) +
    (lane.module === 'issue-panel' ? 0 : 1e6) +
    Number(lane.id.split('-')[1])
  );
}
