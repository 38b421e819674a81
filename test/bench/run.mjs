// `npm run bench`: the alternatives side by side, in one browser on this machine; the report is `results.md`.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)), {
  configFile: false,
});
process.exitCode = await module.main(process.argv.slice(2));
