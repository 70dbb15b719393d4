// Prints how many milliseconds it takes to load the given files and to construct what they export,
// as n8n does when it starts. Plain JavaScript, so that nothing else is loaded here.
import { createRequire } from 'node:module';

const [, , ...files] = process.argv;
const load = createRequire(files[0]);
load('n8n-workflow');

const started = process.hrtime.bigint();
for (const file of files) for (const Exported of Object.values(load(file))) new Exported();
console.log(Number(process.hrtime.bigint() - started) / 1e6);
