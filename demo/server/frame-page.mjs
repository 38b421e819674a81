import { importMap } from './static-parts.mjs';

const CONTENT = {
  'issue-panel': '<img id="badge" width="132" height="44" alt="Badge">',
  'project-page': `<p><span id="ticks">0</span> ticks of the event stream</p>
    <p><a id="export" href="/api/export.csv">Download the project as CSV</a></p>`,
};

/** A page of the app, as it stands in a frame of the product. Scripts of both modules are in ../app. */
export function framePage({ frame, tenant, module, screenOrigin }) {
  return `<!doctype html>
<html lang="en" class="${tenant.name}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${module.title}</title>
    <meta name="demo-frame" content="${frame}">
    <meta name="demo-screen" content="${screenOrigin}">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/app/app.css">
    <script type="importmap">${JSON.stringify(importMap)}</script>
    <script src="/all.js"></script>
    <script type="module" src="/app/${module.key}.js"></script>
  </head>
  <body>
    <p id="said" role="status">Asking the back end…</p>
    ${CONTENT[module.key]}
  </body>
</html>
`;
}
