// Every exchange that was recorded, read by the nodes as they are now. The two that are here from the
// beginning were made on this machine: `npm run live` against the sandbox, and against the service of
// secondService.mts, which answers in other shapes. Neither says anything about API in One.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf } from '../../live/fields.mts';
import { refusalCode } from '../../live/findings.mts';
import { RECORDED, type Recording } from '../../live/recording.mts';
import { replay, type Reading } from '../../live/replay.mts';

/** What was sent comes back under these. */
const ECHO = /(^|\.)(request|request_body|param|input|input_urls)(\(JSON\)|\[\])*(\.|$)/;

const files = readdirSync(RECORDED).filter((file) => file.endsWith('.json'));

test('there are recordings', () => {
	expect(files.length).toBeGreaterThanOrEqual(2);
});

describe.each(files)('%s', (file) => {
	const text = readFileSync(join(RECORDED, file), 'utf8');
	const recording = JSON.parse(text) as Recording;
	let reading: Reading;
	beforeAll(async () => {
		reading = await replay(recording);
	});

	test('the order names the task', () => {
		expect(reading.create).toEqual({ value: recording.taskId });
	});

	test('every look but the last goes on waiting', () => {
		const states = reading.looks
			.slice(0, -1)
			.map((look) => ('value' in look ? look.value.state : refusalCode(look)));
		// 404: a new task may be unknown for a moment.
		expect(states.filter((state) => !['pending', 'unknown', 404].includes(state ?? ''))).toEqual(
			[],
		);
	});

	test('the last look shows the image, and nothing that was sent', () => {
		const last = reading.looks.at(-1);
		expect(last).toMatchObject({ value: { state: 'succeeded', id: recording.taskId } });
		const imageUrls =
			last && 'value' in last && last.value.state === 'succeeded' ? last.value.imageUrls : [];
		expect(imageUrls[0]).toBe(recording.image.url);
		const echoed = fieldsOf(recording.looks.at(-1)?.body)
			.filter(({ path }) => ECHO.test(path))
			.map(({ value }) => value);
		const sent = [...echoed, ...fieldsOf(recording.asked).map(({ value }) => value)];
		expect(sent).toContain(recording.asked.callback_url ?? recording.asked.prompt);
		expect(imageUrls.filter((url) => sent.includes(url))).toEqual([]);
	});

	test('a wrong key and an unknown task are refusals of their own', () => {
		expect([401, 403]).toContain(refusalCode(reading.wrongKey));
		expect(refusalCode(reading.unknownTask)).toBe(404);
	});

	test('no callback is taken for another task', () => {
		expect(reading.rings.flat().filter((id) => id !== recording.taskId)).toEqual([]);
	});

	test('the image is one', () => {
		expect([recording.image.status, recording.image.seen]).toEqual([
			200,
			expect.stringMatching(/^image\//),
		]);
	});

	test('nobody can be charged with what stands in it', () => {
		expect(text).not.toMatch(/bearer|flux2_token=(?!•)|aio_[a-z0-9_]{8}/i);
	});
});
