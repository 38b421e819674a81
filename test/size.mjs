// Measures what a user's page and worker load, as their bundler would make it, and holds it to limits.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Limits in bytes after gzip; without one, an entry is only shown. */
const MEASURED = [
  {
    name: 'bearer-worker.js, as shipped',
    readme: 'worker',
    // Libraries are 900 of it; what pages never tell each other, whose token it is, and the clock another 700; what a
    // damaged or a full store must not do, 110; what it tells pages that keep it awake, 46; the route that takes a
    // page's own requests past it, 78; that it may be a part of another worker, 61; a short way for
    // plain paths, 29: a warm request went from 1.06 to 1.01 of one that is passed through, by this and what it leaves out;
    // how a page that is logged out, and not known any more, hears that its user has logged in elsewhere, and what a logout is later than, 290;
    // the answer to a page that asks whether its requests get here, 50; that pages are told what others have done,
    // whoever has read it first, and once, 85; what a registration and a logout change while a refresh is under way, and
    // how often what cannot be sent again has a token replaced, 171.
    limit: 11_520,
    code: () => shipped('bearer-worker.js'),
  },
  {
    name: 'bearer-worker, with dependencies',
    readme: 'page',
    // What the worker is told and asks, and the checks of options: a third each; keeping it awake in Firefox, 90 and a chunk;
    // the log, 30 and a chunk; whether requests can go past the worker, 19; what a page does
    // that was logged out while its user logs in elsewhere, 70; that the worker waits no longer than the lane, 16;
    // that its requests get to the worker, tried as it registers, or that a
    // policy forbids to try, 235; that no message fails at what a provider gives, 33; several injectors of one page, 28;
    // that a page which comes back is who its provider has named, and what a logout, a second registration and the app's
    // view of the mode are where the worker is gone or was removed, 190; that neither a call of the provider from before a
    // logout nor a logout from before a registration reaches what comes after it, 70; that what is told of a registration
    // is not taken for the next one's, 28.
    limit: 6090,
    code: () => bundled("export * from './dist/index.js'"),
  },
  {
    name: "bearer-worker, the page's own lane: a chunk",
    readme: 'lane',
    // The core, which the worker has too; how its requests go past the worker, 90; that its own
    // requests are not copied once more, 80; of logins and logouts elsewhere, 248; that a request is opened anew in
    // a task of its own, 62; that its page is told what others have done, once, 85; the core's part of the worker's last
    // 171, and patches of `fetch` and XHR below its own, 50; that who waits as its page unregisters stores nothing more, 28.
    limit: 14_430,
    code: () => bundled("export * from './dist/index.js'", 'page-lane'),
  },
  {
    name: 'bearer-worker, isTokenInjectorError alone',
    // What is not used has to fall away: the rest of the page's code is ten times this.
    limit: 400,
    code: () => bundled("export { isTokenInjectorError } from './dist/index.js'"),
  },
  { name: 'bearer-worker/sw, with dependencies', code: () => bundled("export * from './dist/sw.js'") },
  {
    name: 'bearer-worker/providers, all of them',
    code: () => bundled("export * from './dist/providers.js'"),
  },
  ...['atlassianConnect', 'shopify', 'teams', 'exchange', 'endpoint', 'metaTag', 'firstOf'].map((name) => ({
    name: `bearer-worker/providers, ${name} alone`,
    code: () => bundled(`export { ${name} } from './dist/providers.js'`),
  })),
];

async function main() {
  let tooBig = 0;
  const quoted = {};
  for (const { name, limit, code, readme } of MEASURED) {
    const text = await code();
    const bytes = gzipSync(text, { level: 9 }).length;
    const over = limit !== undefined && bytes > limit;
    if (over) tooBig += 1;
    if (readme !== undefined) quoted[readme] = bytes;
    const held = limit === undefined ? '' : `  ${over ? 'OVER' : 'of'} ${limit}`;
    console.log(
      `${name.padEnd(44)} ${String(bytes).padStart(6)} B gzip ${String(text.length).padStart(7)} B${held}`,
    );
  }
  if (tooBig > 0) {
    console.error(
      `\n${tooBig} over the limit. Make it smaller; a limit is raised only with a measured reason.`,
    );
  }
  return tooBig === 0 && isReadmeTrue(quoted) ? 0 : 1;
}

/** The README quotes these figures; with `--write` it is given them. */
function isReadmeTrue(quoted) {
  const readme = new URL('../README.md', import.meta.url);
  const text = readFileSync(readme, 'utf8');
  const mended = Object.entries(quoted).reduce(
    (before, [name, bytes]) =>
      before.replace(
        new RegExp(`(<!-- size:${name} -->)[^<]*(<!-- /size -->)`),
        (_all, open, close) => open + bytes.toLocaleString('en') + close,
      ),
    text,
  );
  if (mended === text) return true;
  if (process.argv.includes('--write')) {
    writeFileSync(readme, mended);
    return true;
  }
  console.error('\nThe README quotes other sizes. Run: npm run build && npm run size -- --write');
  return false;
}

function shipped(file) {
  return readFileSync(new URL(`../dist/${file}`, import.meta.url), 'utf8');
}

/**
 * A bundle of one line of user code and all that it brings, minified; or what comes on top with the chunk of that
 * name, which a page loads when it needs it.
 */
async function bundled(source, later) {
  const id = `${root}size-of-entry.js`;
  const [{ output }] = await build({
    root,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'one-line',
        resolveId: (wanted) => (wanted === id ? id : undefined),
        load: (wanted) => (wanted === id ? source : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: id, formats: ['es'] },
      // A library of modules is left with its white space; a page's bundle is not.
      minify: 'oxc',
      rolldownOptions: { output: { minify: true } },
    },
  });
  // With all that it loads at once; what it loads when it needs it is not counted.
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const texts = [];
  const take = (name) => {
    const chunk = chunks.get(name);
    if (!chunk) return;
    chunks.delete(name);
    texts.push(chunk.code);
    for (const imported of chunk.imports) take(imported);
  };
  take(output[0].fileName);
  if (later) {
    texts.length = 0;
    take(output.find((chunk) => chunk.name === later).fileName);
  }
  return texts.join('\n');
}

process.exitCode = await main();
