// Prints how many milliseconds it takes to load the named files and to make what they export, as
// n8n does at its start. Plain JavaScript, so that nothing else is loaded here.
import { createRequire } from 'node:module';

const [, , ...files] = process.argv;
const load = createRequire(files[0]);
load('n8n-workflow');

const started = process.hrtime.bigint();
for (const file of files) for (const Made of Object.values(load(file))) new Made();
console.log(Number(process.hrtime.bigint() - started) / 1e6);
