import express, { Router } from 'express';
import { GET_TOKEN_MODES } from './tenants.mjs';

export const LIFE_SECONDS_CHOICES = [20, 60, 180];
const REPLAYED_MS = 60_000;

/** What the screen reads, what the app's frames report to it, and what its buttons do. Nobody else may press them. */
export function controlRoutes({ tenants, settings, controls, journal, appUrl }) {
  const routes = Router();

  const state = () => ({
    appOrigin: appUrl,
    lifeSeconds: settings.lifeSeconds,
    lifeSecondsChoices: [...new Set([settings.lifeSeconds, ...LIFE_SECONDS_CHOICES])].sort((a, b) => a - b),
    hasDriver: controls.hasDriver(),
    tenants: tenants.map(({ name, origin, getTokenMode, signedIn }) => ({
      name,
      origin,
      getTokenMode,
      signedIn,
    })),
  });

  const actions = {
    'refuse-token': ({ tenant }) => controls.refuseIssued(tenant),
    'get-token': ({ tenant, mode }) => {
      if (!GET_TOKEN_MODES.includes(mode))
        throw new Error(`Unknown mode ${mode}: one of ${GET_TOKEN_MODES.join(', ')}.`);
      tenant.getTokenMode = mode;
      return { mode };
    },
    'host-session': ({ tenant, signedIn }) => {
      tenant.signedIn = signedIn === true;
      return { signedIn: tenant.signedIn };
    },
    'token-life': ({ lifeSeconds }) => {
      if (!(lifeSeconds > 0)) throw new Error(`A token's life is a number of seconds, not ${lifeSeconds}.`);
      settings.lifeSeconds = lifeSeconds;
      return { lifeSeconds };
    },
    // Done in the frames themselves, by the screen; said here, so that the journal has it too.
    'app-logout': () => ({}),
    'app-sign-in': () => ({}),
    'send-many': () => ({}),
    'kill-worker': () => controls.killWorker(),
    'reload-hard': () => controls.reloadHard(),
  };

  routes.get('/state', (request, response) => response.json(state()));
  routes.get('/events', (request, response) => journal.stream(request, response, Date.now() - REPLAYED_MS));
  routes.post('/report', express.text({ type: '*/*' }), (request, response) => {
    if (request.get('Origin') !== appUrl) return response.status(403).end();
    for (const entry of JSON.parse(request.body)) journal.write(entry);
    response.status(204).end();
  });
  routes.post('/control', express.json(), async (request, response) => {
    if (request.get('Origin') !== `http://${request.get('Host')}`) return response.status(403).end();
    const { action, tenant: name, ...values } = request.body;
    const tenant = tenants.find((candidate) => candidate.name === name);
    try {
      journal.write({ type: 'control', action, tenant: name, ...values });
      const outcome = await actions[action]({ tenant, ...values });
      journal.write({ type: 'state', state: state() });
      response.json({ ...outcome, state: state() });
    } catch (error) {
      response.status(400).json({ message: `${action} did not work: ${error.message}` });
    }
  });

  return routes;
}
