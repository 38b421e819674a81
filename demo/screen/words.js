const KEPT = 40;
const RECENT = 8;
const NAMES = { 'issue-panel': 'issue panel', 'project-page': 'project page' };

const CONTROLS = {
  'refuse-token': ({ tenant }) => `You refuse the tokens that ${tenant} holds`,
  'get-token': ({ tenant, mode }) => `You make getToken of ${tenant}: ${mode}`,
  'host-session': ({ tenant, signedIn }) =>
    `You ${signedIn ? 'sign in to' : 'log out of'} the host of ${tenant}`,
  'token-life': ({ lifeSeconds }) => `You let tokens live for ${lifeSeconds} s`,
  'app-logout': ({ tenant }) => `You log ${tenant} out of the app`,
  'app-sign-in': ({ tenant }) => `You sign ${tenant} in to the app`,
  'send-many': ({ tenant }) => `You send many requests at once from ${tenant}`,
  'kill-worker': () => 'You end the worker',
  'reload-hard': () => 'You reload',
};

/** The picture again, in sentences: only what is worth one. Ordinary requests go unsaid. */
export function createWords(list) {
  function say(atMs, text, tenant = '') {
    // What happens again and again is one sentence with a count: figures aside, it is the same.
    const plain = text.replace(/\d+/g, '#');
    const same = [...list.children].slice(0, RECENT).find((item) => item.dataset.plain === plain);
    if (same) {
      same.dataset.times = String(Number(same.dataset.times) + 1);
      same.firstChild.textContent = clock(atMs);
      same.lastChild.textContent = `${text} (${same.dataset.times} times)`;
      list.prepend(same);
      return;
    }
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = clock(atMs);
    item.className = tenant;
    Object.assign(item.dataset, { plain, times: '1' });
    item.append(time, ' ', text);
    list.prepend(item);
    while (list.children.length > KEPT) list.lastChild.remove();
  }

  return (entry, { lane, request, ask }) => {
    const who = lane ? `${lane.tenant}, ${NAMES[lane.module]}` : '';
    const tell = (text) => say(entry.at, lane ? `${who}: ${text}` : text, lane?.tenant ?? entry.tenant);

    if (entry.type === 'control') tell(CONTROLS[entry.action](entry));
    if (entry.type === 'ready') {
      tell(
        `covered after ${entry.tookMs} ms, ${entry.controlledAtLoad ? 'by the worker' : 'loaded without a worker'}`,
      );
    }
    if (entry.type === 'asked' && ask) tell(asked(ask));
    if (request && ['answer', 'open'].includes(entry.type)) tellSettled(tell, request);
    if (request?.kind === 'download' && request.endedAt !== undefined) tell('download let in');
    if (entry.type === 'event' && entry.name === 'loggedOut') tell('logged out of the app');
    if (entry.type === 'event' && entry.name === 'reauthRequired') tell('the app is told to sign in again');
    if (entry.type === 'gone') tell('closed');
  };
}

function tellSettled(tell, { kind, arrivals, retried, waitedMs, status = 200 }) {
  const [first, last] = [arrivals.at(0), arrivals.at(-1)];
  const ending = status === 200 ? '' : `, and the page got ${status || 'an error'}`;
  if (retried) tell(`${kind} refused with token ${first.serial}, sent again with ${last.serial}${ending}`);
  else if (last?.bare) tell(`${kind} went without a token${ending}`);
  else if (waitedMs && arrivals.length === 1) tell(`${kind} waited ${waitedMs} ms for a token${ending}`);
  else if (ending) tell(`${kind} was sent${ending}`);
}

function clock(atMs) {
  return new Date(atMs).toLocaleTimeString('en-GB');
}

function asked({ reason, outcome, serial, startedAt, endedAt, message }) {
  const took = `${endedAt - startedAt} ms`;
  if (outcome === 'token') return `asked (${reason}), gave token ${serial ?? ''} in ${took}`;
  if (outcome === 'expired') return `asked (${reason}), gave an expired token`;
  return `asked (${reason}), ${outcome} after ${took}${message ? `: ${message}` : ''}`;
}
