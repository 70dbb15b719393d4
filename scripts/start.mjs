// `npm start`. Where the development tools are not installed yet, host/start.mts installs them beside
// n8n, which takes longer than they do.
import { pathToFileURL } from 'node:url';
import { areToolsCurrent, checkNode, tsxFolder } from './tools.mjs';

checkNode();
const areToolsMissing = !areToolsCurrent();
await import(pathToFileURL(`${tsxFolder()}/dist/loader.mjs`).href);
const { start } = await import('../host/start.mts');
await start(process.argv.slice(2), { areToolsMissing });
