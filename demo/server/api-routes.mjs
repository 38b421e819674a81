import { Router } from 'express';

const STREAM_TICK_MS = 1000;
const STREAM_LIFE_MS = 8000;
const STREAM_RECONNECT_MS = 2000;

/**
 * What the app's back end answers, once atlassian-connect-express let a request in. All of it is made from the
 * verified claims, so that what a frame shows is what its own token said.
 */
export function apiRoutes(streams) {
  const routes = Router();

  routes.use((request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', Vary: 'Authorization' });
    next();
  });

  routes.get('/subject', (request, response) => {
    response.json({ tenant: request.context.clientKey, subject: subject(request), at: Date.now() });
  });

  routes.get('/badge.svg', (request, response) => {
    response.type('svg').send(badge(subject(request), request.context.clientKey));
  });

  // Ends by itself after a while, so that the browser comes back and must bring a token that is good by then.
  routes.get('/ticks', (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(`retry: ${STREAM_RECONNECT_MS}\n\n`);
    const tick = () => response.write(`data: ${subject(request)}\n\n`);
    tick();
    const ticking = setInterval(tick, STREAM_TICK_MS);
    const ending = setTimeout(() => response.end(), STREAM_LIFE_MS);
    streams.add(response);
    response.on('close', () => {
      clearInterval(ticking);
      clearTimeout(ending);
    });
  });

  routes.get('/export.csv', (request, response) => {
    response
      .attachment(`${subject(request)}.csv`)
      .send(`tenant,subject\n${request.context.clientKey},${subject(request)}\n`);
  });

  return routes;
}

function subject(request) {
  const { issue, project } = request.context.context.jira;
  return issue?.key ?? project.key;
}

function badge(text, tenant) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="132" height="44" role="img" aria-label="${text}">
  <rect width="132" height="44" rx="6" fill="${tenant === 'client-foo' ? '#1f6fb2' : '#b2521f'}"/>
  <text x="12" y="19" font-family="system-ui, sans-serif" font-size="13" font-weight="600" fill="#fff">${text}</text>
  <text x="12" y="35" font-family="system-ui, sans-serif" font-size="11" fill="#fff">drawn for ${tenant}</text>
</svg>`;
}
