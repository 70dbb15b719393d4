import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Trouble } from './askedFor.mts';
import { turnOf } from './askedFor.mts';
import type { Clock } from './clock.mts';
import type { Desk } from './desk.mts';
import { nameOfImage } from './desk.mts';
import type { Picture, PictureShelf } from './pictureShelf.mts';
import { Refusal, wordsFor } from './refusal.mts';
import { retryAfterHeader } from './retryAfter.mts';
import type { Turns } from './troubles.mts';
import type { Wire } from './wire.mts';

interface ImageNeeds {
	clock: Clock;
	desk: Desk;
	wire: Wire;
	shelf: PictureShelf;
	/** Where redirects to another host lead. */
	elsewhere: string;
}

/** One request for an image on its way through. */
interface Visit extends ImageNeeds {
	reply: FastifyReply;
	trouble: Trouble;
	path: string;
	picture: () => Promise<Picture>;
}

/** Below this path an image is served without troubles: where `redirect` leads, and for our own page. */
export const UNTROUBLED = '/images/moved/';

const HUGE_BYTES = 101 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024);

const TROUBLED: Readonly<Record<Turns<'image'>, (visit: Visit) => unknown>> = {
	'<status>': ({ trouble: { number, pause }, clock }) => {
		throw new Refusal(number, wordsFor(number), retryAfterHeader(pause, clock.now()));
	},
	reset: ({ reply, wire }) => wire.reset(reply),
	silence: async ({ reply, wire }) => await wire.silence(reply),
	'half a body': async ({ reply, wire, picture }) => {
		const { type, parts } = await picture();
		wire.half(reply, type, Buffer.concat(parts));
	},
	slow: async ({ reply, wire, picture }) => {
		const { type, parts } = await picture();
		await wire.slow(reply, type, Buffer.concat(parts));
	},
	html: ({ reply, wire }) => wire.html(reply, 200),
	empty: ({ reply }) => reply.type('image/png').send(Buffer.alloc(0)),
	huge: async ({ reply, picture }) =>
		sendHuge(reply.header('content-length', HUGE_BYTES), await picture()),
	'huge unsized': async ({ reply, picture }) => sendHuge(reply, await picture()),
	'octet-stream': async ({ reply, picture }) =>
		send(reply, { ...(await picture()), type: 'application/octet-stream' }),
	'no type': async ({ reply, picture }) => {
		const { parts } = await picture();
		// The framework would fill a type in.
		reply.hijack();
		reply.raw.end(Buffer.concat(parts));
	},
	'wrong type': async ({ reply, picture }) =>
		send(reply, { ...(await picture()), type: 'text/plain' }),
	redirect: ({ reply, path }) => reply.redirect(UNTROUBLED + path.slice(path.lastIndexOf('/') + 1)),
	'redirect elsewhere': ({ reply, path, elsewhere }) => reply.redirect(elsewhere + path),
	'redirect loop': ({ reply, path }) => reply.redirect(path),
};

/** `GET /images/…`: no key, as with the service's own files; the names cannot be guessed. */
export function imageRoute(app: FastifyInstance, needs: ImageNeeds): void {
	app.get('/images/*', async ({ url: path }, reply) => {
		const image = needs.desk.image(nameOfImage(path));
		if (!image) throw new Refusal(404, 'No such image');
		const { task, place } = image;
		const picture = async () => await needs.shelf.get(task, place);
		const trouble = path.startsWith(UNTROUBLED)
			? undefined
			: turnOf('image', task.troubles, task.fetches++);
		if (!trouble) return send(reply, await picture());
		await TROUBLED[trouble.words]({ ...needs, reply, trouble, path, picture });
		return reply;
	});
}

/** In parts, so that a large picture need not be copied into one piece for each who asks. */
function send(reply: FastifyReply, { type, parts }: Picture): FastifyReply {
	const length = parts.reduce((sum, part) => sum + part.length, 0);
	return reply.type(type).header('content-length', length).send(Readable.from(parts));
}

function sendHuge(reply: FastifyReply, { type, parts }: Picture): FastifyReply {
	const beginning = Buffer.concat(parts);
	function* pieces() {
		yield beginning;
		let left = HUGE_BYTES - beginning.length;
		for (; left > PIECE.length; left -= PIECE.length) yield PIECE;
		yield PIECE.subarray(0, left);
	}
	return reply.type(type).send(Readable.from(pieces()));
}
