// The sandbox in a process of its own: see sandbox.mts.
import { chance } from '../sandbox/chance.mts';
import { startSandbox } from '../sandbox/server.mts';
import { accountSince } from './account.mts';
import { answering, setup } from './answering.mts';
import type { Durations, SandboxQuestion, SandboxSetup } from './sandbox.mts';

let durations: Durations = { seconds: 6 };
let random = chance(0);
let since = 0;

const nextSeconds = (): number => ('seconds' in durations ? durations.seconds : 3 + 5 * random());

const sandbox = await startSandbox({
	...setup<SandboxSetup>(),
	pictures: 'plain',
	credits: 1e9,
	seconds: nextSeconds,
});

answering((question: SandboxQuestion) => {
	if (question.ask === 'address') return { url: sandbox.url, apiKey: sandbox.apiKey };
	if (question.ask === 'account') return accountSince(sandbox, since);
	durations = question.durations;
	if ('seed' in durations) random = chance(durations.seed);
	since = Date.now();
	return undefined;
});
