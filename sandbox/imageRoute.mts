import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError } from './apiError.mts';
import type { FaultyRequest, RouteContext } from './commonFaults.mts';
import { COMMON_FAULTS } from './commonFaults.mts';
import type { AttemptFaultKind } from './faults.mts';
import { faultForAttempt } from './faultTags.mts';
import type { ImageFile } from './imageCache.mts';
import { imageNameOf } from './taskStore.mts';

interface FaultyDownload extends FaultyRequest {
	path: string;
	image: () => Promise<ImageFile>;
}

/** Images below this path have no faults: it is where `redirect` leads, and for the status page. */
const FAULTLESS_PATH = '/images/moved/';

const HUGE_BYTES = 101 * 1024 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);

const IMAGE_FAULTS: Readonly<
	Record<AttemptFaultKind<'image'>, (download: FaultyDownload) => unknown>
> = {
	...COMMON_FAULTS,
	'half a body': async ({ reply, broken, image }) => {
		const { type, parts } = await image();
		broken.sendHalf(reply, type, Buffer.concat(parts));
	},
	slow: async ({ reply, broken, image }) => {
		const { type, parts } = await image();
		await broken.sendSlowly(reply, type, Buffer.concat(parts));
	},
	empty: ({ reply }) => reply.type('image/png').send(Buffer.alloc(0)),
	huge: async ({ reply, image }) =>
		sendHuge(reply.header('content-length', HUGE_BYTES), await image()),
	'huge unsized': async ({ reply, image }) => sendHuge(reply, await image()),
	'octet-stream': async ({ reply, image }) =>
		send(reply, { ...(await image()), type: 'application/octet-stream' }),
	'no type': async ({ reply, image }) => {
		const { parts } = await image();
		// Fastify would add a content type.
		reply.hijack();
		reply.raw.end(Buffer.concat(parts));
	},
	'wrong type': async ({ reply, image }) => send(reply, { ...(await image()), type: 'text/plain' }),
	redirect: ({ reply, path }) => reply.redirect(faultlessPath(path)),
	'redirect elsewhere': ({ reply, path, redirectOrigin }) => reply.redirect(redirectOrigin + path),
	'redirect loop': ({ reply, path }) => reply.redirect(path),
};

/** `GET /images/…`: needs no key, as on the service, since nobody can guess the names. */
export function imageRoute(app: FastifyInstance, context: RouteContext): void {
	app.get('/images/*', async ({ url: path }, reply) => {
		const found = context.taskStore.findImage(imageNameOf(path));
		if (!found) throw new ApiError(404, 'No such image');
		const { task, index } = found;
		const image = async () => await context.imageCache.get(task, index);
		const fault = path.startsWith(FAULTLESS_PATH)
			? undefined
			: faultForAttempt('image', task.faults, task.downloads++);
		if (!fault) return send(reply, await image());
		await IMAGE_FAULTS[fault.kind]({ ...context, reply, fault, path, image });
		return reply;
	});
}

/** The path of the same image where no fault strikes. */
export const faultlessPath = (path: string): string =>
	FAULTLESS_PATH + path.slice(path.lastIndexOf('/') + 1);

/** In parts, so that a large image need not be copied into one buffer for each request. */
function send(reply: FastifyReply, { type, parts }: ImageFile): FastifyReply {
	const length = parts.reduce((sum, part) => sum + part.length, 0);
	return reply.type(type).header('content-length', length).send(Readable.from(parts));
}

function sendHuge(reply: FastifyReply, { type, parts }: ImageFile): FastifyReply {
	const start = Buffer.concat(parts);
	function* chunks() {
		yield start;
		let left = HUGE_BYTES - start.length;
		for (; left > ZEROS.length; left -= ZEROS.length) yield ZEROS;
		yield ZEROS.subarray(0, left);
	}
	return reply.type(type).send(Readable.from(chunks()));
}
