import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestBody } from '../nodes/Flux2/api/contract.ts';
import { UserFacingError } from '../host/userFacingError.mts';
import { root } from '../host/paths.mts';
import type { Secrets } from './secrets.mts';

/** An answer over HTTP, without anything that is nobody's business. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	/** Headers of which only the names are kept: cookies and the like stand among them. */
	otherHeaders: string[];
	/** JSON where it is JSON, else text. */
	body: unknown;
}

/** An answer to a look. Those that say nothing new are not kept. */
export interface Look extends Answer {
	/** Since the order was sent. */
	afterMs: number;
}

/** The image as its server sent it. */
export interface Image extends Omit<Answer, 'body'> {
	url: string;
	/** Where redirects led, if they did. */
	servedFrom?: string;
	bytes: number;
	/** What its first bytes show. */
	seen?: string;
}

/** A callback as it arrived. */
export interface Ring {
	/** Since the order was sent. */
	afterMs: number;
	method: string;
	headers: Record<string, string>;
	otherHeaders: string[];
	/** Whether the address was rung with the token that stood in it. */
	tokenKept: boolean;
	/** What the service added to the query. */
	addedQuery: Record<string, string>;
	body: unknown;
}

/** One exchange with the service, from the free questions to the image. */
export interface Recording {
	format: 1;
	note?: string;
	service: string;
	madeAt: string;
	/** The body of the order. */
	asked: RequestBody;
	taskId: string;
	/** A look with a wrong key. */
	wrongKey: Answer;
	/** A look at a task that does not exist. */
	unknownTask: Answer;
	create: Answer;
	/** The last one shows the image. */
	looks: Look[];
	image: Image;
	/** Absent where none were listened for. */
	callbacks?: Ring[];
}

/** What there is of a recording when something ended it early. */
export type Fragment = Partial<Recording> & Pick<Recording, 'format' | 'service' | 'madeAt'>;

export const isWhole = (fragment: Fragment): fragment is Recording =>
	fragment.wrongKey !== undefined &&
	fragment.unknownTask !== undefined &&
	fragment.create !== undefined &&
	fragment.taskId !== undefined &&
	!!fragment.looks?.length &&
	fragment.image !== undefined;

/** Read again by every `npm test`. */
export const RECORDED = join(root, 'test', 'recorded');

/** Kept by git nowhere. */
const INCOMPLETE = join(root, '.reports', 'live');

/** JSON where it is JSON, as n8n hands it on, else the text. */
export function bodyOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

const WORTH_KEEPING =
	/^(content-type|content-length|content-encoding|retry-after|cache-control|expires|date|server|location|user-agent|x-?ratelimit-.+|ratelimit.*)$/;

/** Splits headers into those that are kept and those of which the name is enough. */
export function keepHeaders(
	headers: Readonly<Record<string, unknown>>,
	hide: (text: string) => string,
): Pick<Answer, 'headers' | 'otherHeaders'> {
	const names = Object.keys(headers).map((name) => name.toLowerCase());
	const kept = Object.entries(headers).filter(([name]) => WORTH_KEEPING.test(name.toLowerCase()));
	return {
		headers: Object.fromEntries(
			kept.map(([name, value]) => [name.toLowerCase(), hide(String(value))]),
		),
		otherHeaders: names
			.filter((name) => !WORTH_KEEPING.test(name))
			.map(hide)
			.sort(),
	};
}

/**
 * Writes a recording beside those of other days, never over one.
 *
 * @returns its path.
 */
export async function writeRecording(
	recording: Fragment,
	secrets: Secrets,
	{ into, name }: { into?: string; name?: string },
): Promise<string> {
	const text = `${JSON.stringify(recording, undefined, '\t')}\n`;
	if (secrets.isIn(text))
		throw new UserFacingError(
			'The recording still held the key, the token or the callback URL, so it was not written. That is a defect of the live check.',
		);
	const folder = isWhole(recording)
		? (into ?? RECORDED)
		: into === undefined
			? INCOMPLETE
			: join(into, 'incomplete');
	await mkdir(folder, { recursive: true });
	const title = `${recording.madeAt.slice(0, 10)}-${name ?? new URL(recording.service).hostname.replace(/[^\w.-]/g, '')}`;
	for (let count = 1; ; count++) {
		const path = join(folder, `${title}${count === 1 ? '' : `-${count}`}.json`);
		const isTaken = await access(path).then(
			() => true,
			() => false,
		);
		if (isTaken) continue;
		await writeFile(path, text, { flag: 'wx' });
		return path;
	}
}
