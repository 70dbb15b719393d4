import { agent } from './agent.mts';
import { credential } from './credential.mts';
import { everyExample } from './examples.mts';
import { failures, generate } from './generate.mts';
import { Line } from './line.mts';
import { deadline, parked } from './parked.mts';
import { inMemory } from './inMemory.mts';
import { secrets } from './secrets.mts';
import { writeTried } from './tried.mts';
import { earlierPackage, upgrade } from './upgrade.mts';

/** All that has to hold in a real n8n of one line, in the order in which its user would meet it. */
export function holdsIn(version: string, order: number): void {
	const isLegacy = version.startsWith('1.');
	let line: Line;
	const current = () => line;

	beforeAll(async () => {
		line = await Line.open(
			version,
			earlierPackage,
			// n8n 1.x keeps files in memory by default, where nobody can fetch them.
			isLegacy ? { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' } : {},
		);
	});

	afterAll(async () => {
		writeTried(`n8n-${version}`, {
			order,
			title: `n8n ${version}`,
			setting: {
				n8n: `${version}, one process, installed from npm with Node ${process.env.FLUX2_NODE ?? '24'}`,
				Package: 'packed, then installed as a community package in the user folder',
				Database: "SQLite, n8n's default",
				'Binary mode': isLegacy ? 'filesystem (set)' : "filesystem (n8n's default)",
			},
		});
		await line?.close();
	});

	const wait = deadline(current);
	describe('an update of the package', () => upgrade(current));
	describe('the credential', () => {
		// Its deadline is more than a minute away: everything up to the parked ten runs meanwhile.
		beforeAll(() => wait.begin());
		credential(current);
	});
	describe('the examples', () => everyExample(current));
	describe('the nodes', () => generate(current));
	describe('trouble', () => failures(current, isLegacy));
	describe('an AI agent', () => agent(current));
	describe('parked executions', () => {
		wait.end();
		parked(current);
	});
	if (isLegacy) describe('files in memory', () => inMemory(current));
	describe('the key', () => secrets(current));
}
