// Every exchange that was recorded, read by the nodes as they are now. The two that are here from the
// beginning were made on this machine: `npm run live` against the sandbox, and against the service of
// secondService.mts, which answers in other shapes. Neither says anything about API in One.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf } from '../../live/fields.mts';
import { messagesOf, RECORDED, type Recording } from '../../live/recording.mts';
import { errorCodeOf, replay } from './replay.mts';

/** What was sent comes back under these. */
const ECHO = /(^|\.)(request|request_body|param|input|input_urls)(\(JSON\)|\[\])*(\.|$)/;

const files = readdirSync(RECORDED).filter((file) => file.endsWith('.json'));

test('there are recordings', () => {
	expect(files.length).toBeGreaterThanOrEqual(2);
});

describe.each(files)('%s', (file) => {
	const text = readFileSync(join(RECORDED, file), 'utf8');
	const recording = JSON.parse(text) as Recording;
	const image = messagesOf(recording, 'image')[0];
	let reading: Awaited<ReturnType<typeof replay>>;
	beforeAll(async () => {
		reading = await replay(recording);
	});

	test('the response to the create names the task', () => {
		expect(reading.create).toMatchObject({ value: { id: recording.taskId } });
	});

	test('every poll but the last goes on waiting', () => {
		const states = reading.polls
			.slice(0, -1)
			.map((poll) => ('value' in poll ? poll.value.state : errorCodeOf(poll)));
		// 404: a new task may be unknown for a moment.
		expect(states.filter((state) => !['pending', 'unknown', 404].includes(state ?? ''))).toEqual(
			[],
		);
	});

	test('the last response shows the image, and nothing that was sent', () => {
		const last = reading.polls.at(-1) ?? reading.create;
		expect(last).toMatchObject({ value: { state: 'succeeded', id: recording.taskId } });
		const imageUrls =
			last && 'value' in last && last.value.state === 'succeeded' ? last.value.imageUrls : [];
		expect(image?.body).toMatchObject({ url: imageUrls[0] });
		const shown = [...messagesOf(recording, 'create'), ...messagesOf(recording, 'poll')].at(-1);
		const echoed = fieldsOf(shown?.body)
			.filter(({ path }) => ECHO.test(path))
			.map(({ value }) => value);
		const { request } = recording;
		const sent = [...echoed, ...fieldsOf(request).map(({ value }) => value)];
		expect(sent).toContain(request?.callback_url ?? request?.prompt);
		expect(imageUrls.filter((url) => sent.includes(url))).toEqual([]);
	});

	test('a wrong key and an unknown task are errors of their own', () => {
		expect([401, 403]).toContain(errorCodeOf(reading.wrongKey[0]));
		expect(errorCodeOf(reading.unknownTask[0])).toBe(404);
	});

	test('no callback is taken for another task', () => {
		expect(reading.callbacks.flat().filter((id) => id !== recording.taskId)).toEqual([]);
	});

	test('the image is one', () => {
		expect([image?.status, image?.body]).toEqual([
			200,
			expect.objectContaining({ type: expect.stringMatching(/^image\//) }),
		]);
	});

	test('nobody can be charged with what is in it', () => {
		expect(text).not.toMatch(/bearer|flux2_token=(?!•)|aio_[a-z0-9_]{8}/i);
	});
});
