import { parseArgs } from 'node:util';
import { priceOf, USD_PER_CREDIT, type RequestBody } from '../nodes/Flux2/api/contract.ts';
import { toRequestBody } from '../nodes/Flux2/api/request.ts';
import { validateInput } from '../nodes/Flux2/api/validateInput.ts';
import { checkedApiKey, checkedBaseUrl } from '../nodes/Flux2/transport/credential.ts';
import { isUnreachable } from '../nodes/Flux2/transport/reachability.ts';

/** The lowest price of the price list. */
const CHEAPEST = { mode: 'pro', resolution: '1K' } as const;

/** What the one image costs by the price list, as a number and for people. */
export const CREDITS = priceOf(CHEAPEST.mode, CHEAPEST.resolution);
export const PRICE = `${CREDITS} credits by the price list (about $${(CREDITS * USD_PER_CREDIT).toFixed(2)})`;

const USAGE = `Usage: APIINONE_API_KEY=aio_… npm run live -- [options]

Generates exactly one image, for ${PRICE}, records what the
service answers (never the key), and says which open questions that settles.

  --yes               do not ask before credits are spent, for scripts
  --callback <url>    request a callback too, at a public address
  --listen <port>     record the callbacks that arrive at 127.0.0.1:<port>, e.g. through a tunnel
  --quiet <seconds>   how long to wait for one more callback after each (10)
  --into <folder>     where the recording goes (test/recorded)
  --name <word>       in the file name, in place of the service's host
APIINONE_BASE_URL is another address of the service (https://apiin.one), such as the sandbox's.`;

/** The body of the one create. */
export function requestBody(callbackUrl?: string): RequestBody {
	const prompt = 'A red fox in fresh snow, early in the morning';
	const input = { prompt, ...CHEAPEST, aspectRatio: '1:1', references: [], callbackUrl };
	return toRequestBody(validateInput(input), [], callbackUrl);
}

const [flag, text] = [{ type: 'boolean' } as const, { type: 'string' } as const];
const callbackOptions = { callback: text, listen: text, quiet: { ...text, default: '10' } };
const OPTIONS = { yes: flag, help: flag, ...callbackOptions, into: text, name: text };

function parsed(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS }).values;
	} catch (error) {
		throw new Error(`${(error as Error).message}\n\n${USAGE}`);
	}
}

/** What the command line and the environment ask for. @throws Error where that cannot be done. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv, isTerminal: boolean) {
	const { help, listen, quiet, ...values } = parsed(args);
	const refuseIf = (applies: unknown, problem: string): void => {
		if (applies) throw new Error(problem);
	};
	refuseIf(help, USAGE);
	refuseIf(!env.APIINONE_API_KEY?.trim(), `Set APIINONE_API_KEY to your key.\n\n${USAGE}`);
	const apiKey = checkedApiKey(env.APIINONE_API_KEY);
	refuseIf(apiKey.length < 6, 'APIINONE_API_KEY is too short to be a key.');
	const baseUrl = checkedBaseUrl(env.APIINONE_BASE_URL);
	requestBody(values.callback);
	const isUseless = isUnreachable(values.callback ?? '', baseUrl);
	refuseIf(isUseless, 'The service cannot reach --callback: give the public address of a tunnel.');
	refuseIf(listen && !values.callback, '--listen needs --callback <url>, which leads to it.');
	const isPort = /^[1-9]\d{0,4}$/.test(listen ?? '1') && Number(listen ?? 1) < 65_536;
	refuseIf(!isPort, `--listen takes a number from 1 to 65535, not "${listen}".`);
	refuseIf(!/^\d{1,4}(\.\d+)?$/.test(quiet), `--quiet takes seconds, not "${quiet}".`);
	refuseIf(/[^\w.-]/.test(values.name ?? ''), '--name takes letters, digits, dots and dashes.');
	refuseIf(!values.yes && !isTerminal, `This costs ${PRICE}. Without a terminal, add --yes.`);
	return { ...values, apiKey, baseUrl, port: Number(listen ?? 0), quietMs: Number(quiet) * 1_000 };
}
