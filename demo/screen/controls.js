import { button, fieldset, label, row, select } from './form.js';

const MODES = {
  answers: 'answers',
  hangs: 'never settles',
  fails: 'fails',
  expired: 'gives an expired token',
};

/** The buttons. What is of the product or the back end goes to the demo's server, the app's own to its frames. */
export function createControls(element, outcome, hosts) {
  let state;
  const show = (next) => {
    state = next;
    for (const { name, getTokenMode, signedIn } of state.tenants) {
      const card = cards.get(name);
      card.mode.value = getTokenMode;
      card.host.textContent = signedIn ? 'Log out of the host' : 'Sign in to the host';
    }
    life.value = String(state.lifeSeconds);
    hint.textContent = state.hasDriver ? '' : WITHOUT_DRIVER;
  };

  async function press(action, values = {}) {
    const response = await fetch('/demo/control', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ action, ...values }),
    });
    const answer = await response.json();
    if (!response.ok) outcome.textContent = answer.message;
    else show(answer.state);
    return answer;
  }

  function tellOutcome(text) {
    outcome.textContent = text;
  }

  /** Who signs in to the product again gets its page anew, and the app's frames with it. */
  async function toggleHost(tenant) {
    const signedIn = !state.tenants.find(({ name }) => name === tenant).signedIn;
    await press('host-session', { tenant, signedIn });
    if (signedIn) hosts.reload(tenant);
    else hosts.forgetTokens(tenant);
    tellOutcome(
      signedIn
        ? `${tenant}: signed in to the host, whose page is loaded anew.`
        : `${tenant}: logged out of the host. From now on getToken does not settle.`,
    );
  }

  const actions = {
    async refuse(tenant) {
      // Before too: what a page keeps is then no older than this, and it may hand it out until it is told again.
      hosts.forgetTokens(tenant);
      await press('refuse-token', { tenant });
      hosts.forgetTokens(tenant);
      tellOutcome(`${tenant}: the back end takes the tokens so far no more, and the product forgets them.`);
    },
    async mode(tenant, mode) {
      await press('get-token', { tenant, mode });
      hosts.forgetTokens(tenant);
      tellOutcome(`${tenant}: the product’s getToken now ${MODES[mode]}.`);
    },
    async many(tenant) {
      await press('send-many', { tenant });
      hosts.command(tenant, 'send-many');
      tellOutcome(`${tenant}: 20 requests at once from each frame.`);
    },
    async logout(tenant) {
      await press('app-logout', { tenant });
      hosts.command(tenant, 'app-logout');
      tellOutcome(`${tenant}: logged out of the app. Requests now go without a token.`);
    },
    async signIn(tenant) {
      await press('app-sign-in', { tenant });
      hosts.command(tenant, 'app-sign-in');
      tellOutcome(`${tenant}: signed in to the app.`);
    },
  };

  const cards = new Map();
  for (const { name, origin } of hosts.tenants) {
    const mode = select(MODES, (value) => actions.mode(name, value));
    const host = button('Log out of the host', () => toggleHost(name));
    const tab = document.createElement('a');
    Object.assign(tab, {
      href: origin,
      target: '_blank',
      className: 'button',
      textContent: 'Open another tab',
    });
    cards.set(name, { mode, host });
    element.append(
      fieldset(
        name,
        name,
        label('getToken', mode),
        row(
          button('Refuse the tokens', () => actions.refuse(name)),
          button('Send 20 at once', () => actions.many(name)),
          host,
          tab,
          button('Log out of the app', () => actions.logout(name)),
          button('Sign in to the app', () => actions.signIn(name)),
        ),
      ),
    );
  }

  const life = select(
    Object.fromEntries(hosts.lifeSecondsChoices.map((seconds) => [seconds, `${seconds} seconds`])),
    (value) => press('token-life', { lifeSeconds: Number(value) }),
  );
  const hint = document.createElement('p');
  hint.className = 'hint';
  const kill = async () => {
    const { killed } = await press('kill-worker');
    if (!killed) hosts.commandFirst('update-worker');
    tellOutcome(
      killed
        ? 'The worker was stopped. The next request starts it again.'
        : 'A new copy of the worker takes over, with nothing in its memory.',
    );
  };
  const reload = async () => {
    const { reloaded } = await press('reload-hard');
    if (!reloaded) location.reload();
  };
  element.append(
    fieldset(
      'browser',
      'Browser',
      label('New tokens live', life),
      row(button('Kill the worker', kill), button('Reload hard', reload)),
      hint,
    ),
  );

  return { show };
}

const WITHOUT_DRIVER =
  'A page can neither kill a worker nor reload past it. Here a new copy of the worker takes the old one’s place, ' +
  'and the reload is a plain one. For the real things: “Stop” in chrome://serviceworker-internals, and Ctrl+Shift+R; ' +
  'or start the demo with --browser.';
