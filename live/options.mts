import { parseArgs } from 'node:util';
import { checkedBaseUrl } from '../nodes/Flux2/transport/credential.ts';
import { isUnreachable } from '../nodes/Flux2/transport/reachability.ts';
import { UserFacingError } from '../host/userFacingError.mts';
import { CREDITS, PRICE } from './order.mts';
import { isKnown } from './outcome.mts';

export interface Options {
	apiKey: string;
	baseUrl: string;
	/** Whether it may buy without asking. */
	yes: boolean;
	callbackUrl?: string;
	/** Where callbacks are listened for on this machine. */
	listen?: number;
	/** How long after a callback another one is waited for. */
	quietMs: number;
	/** The folder of the recording, in place of the two of this repository. */
	into?: string;
	/** Stands in the file name in place of the host. */
	name?: string;
}

const USAGE = `Usage: APIINONE_API_KEY=aio_… npm run live -- [options]

Buys exactly one image, ${PRICE}, records what the service answers (never the
key), and says what that settles.

  --yes               buy without asking, for scripts
  --callback <url>    order a callback too, at a public address
  --listen <port>     record the callbacks that arrive at 127.0.0.1:<port>; let a tunnel lead there
  --quiet <seconds>   how long to wait for one more callback after each (10)
  --into <folder>     where the recording goes (test/recorded)
  --name <word>       in the file name, in place of the service's host

APIINONE_BASE_URL is another address of the service (https://apiin.one), such as the sandbox's.`;

/** A shorter text is no key, and could not be taken out of answers without spoiling them. */
const SHORTEST_KEY = 6;

const RANGES = { port: 'a number from 1 to 65535', quiet: 'a number of seconds' };

/**
 * What was asked for. Nothing has been sent.
 *
 * @throws PlainFailure where it cannot be done.
 */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
	const values = readArgs(args);
	if (values.help) throw new UserFacingError(USAGE);
	const apiKey = env.APIINONE_API_KEY?.trim() ?? '';
	if (apiKey === '')
		throw new UserFacingError(
			`Set APIINONE_API_KEY to the key of your API in One account: the live check buys one image with it, for ${CREDITS} credits by the price list, and asks before it does.`,
		);
	if (apiKey.length < SHORTEST_KEY)
		throw new UserFacingError('APIINONE_API_KEY is too short to be a key. Nothing was sent.');
	const baseUrl = readBaseUrl(env.APIINONE_BASE_URL);
	const { callback, listen, quiet, into, name } = values;
	if (listen !== undefined && callback === undefined)
		throw new UserFacingError(
			'--listen needs --callback <url>: the public address that leads to this machine.',
		);
	if (name !== undefined && !/^[a-z0-9][a-z0-9.-]*$/i.test(name))
		throw new UserFacingError('--name takes letters, digits, dots and dashes.');
	return {
		apiKey,
		baseUrl,
		yes: values.yes ?? false,
		...(callback === undefined ? {} : { callbackUrl: readCallback(callback, baseUrl) }),
		...(listen === undefined ? {} : { listen: readNumber('port', listen, 1, 65_535) }),
		quietMs: readNumber('quiet', quiet ?? '10', 0, 3_600) * 1_000,
		...(into === undefined ? {} : { into }),
		...(name === undefined ? {} : { name }),
	};
}

function readArgs(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				yes: { type: 'boolean' },
				callback: { type: 'string' },
				listen: { type: 'string' },
				quiet: { type: 'string' },
				into: { type: 'string' },
				name: { type: 'string' },
				help: { type: 'boolean' },
			},
		}).values;
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		throw new UserFacingError(`${words}\n\n${USAGE}`);
	}
}

/** The node's own rule: the key travels encrypted, or not off this machine. */
function readBaseUrl(value: unknown): string {
	try {
		return checkedBaseUrl(value);
	} catch (error) {
		if (!isKnown(error) || error.failure.kind !== 'invalid-input') throw error;
		const problem = error.failure.problem.replace(
			'The base URL of the credential',
			'APIINONE_BASE_URL',
		);
		throw new UserFacingError(`${problem}. Nothing was sent.`);
	}
}

function readCallback(text: string, baseUrl: string): string {
	if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
		throw new UserFacingError('--callback takes a web address, starting with https:// or http://.');
	if (isUnreachable(text, baseUrl))
		throw new UserFacingError(
			'--callback leads to this machine, which the service cannot reach. Give the public address of a tunnel.',
		);
	return text;
}

function readNumber(what: keyof typeof RANGES, text: string, least: number, most: number) {
	const number = Number(text);
	const isRight = text.trim() !== '' && number >= least && number <= most;
	if (isRight && (what === 'quiet' || Number.isInteger(number))) return number;
	throw new UserFacingError(
		`--${what === 'port' ? 'listen' : what} takes ${RANGES[what]}, not "${text}".`,
	);
}
