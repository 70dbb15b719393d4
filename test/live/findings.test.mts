import { findingsOf } from '../../live/findings.mts';
import type { Message, Recording, Step } from '../../live/recording.mts';

const URL_OF_IMAGE = 'https://cdn.example/a.png';

const message = (step: Step, body: unknown, status = 200): Message => ({
	step,
	afterMs: 1_000,
	status,
	headers: {},
	body,
});

/** A recording with these responses to the create and to the polls. */
const recordingOf = (create: unknown, polls: Message[], rest: Message[] = []): Recording => ({
	format: 2,
	service: 'https://apiin.example',
	madeAt: '2026-11-22T17:00:00.000Z',
	taskId: 'a',
	messages: [
		message('wrong key', { code: 401 }, 401),
		message('unknown task', { code: 404 }, 404),
		...rest,
		message('create', create),
		...polls,
		message('image', { url: URL_OF_IMAGE, servedFrom: URL_OF_IMAGE, bytes: 1 }),
	],
});

const answeredBy = (recording: Recording): string => findingsOf(recording).answered.join('\n');

const done = { task_id: 'a', status: 'SUCCESS', response: [URL_OF_IMAGE] };

describe('The findings of a recording', () => {
	test('say where the image was, and not that it came a moment after the status', () => {
		const polls = [message('poll', { ...done, response: [] }), message('poll', done)];
		expect(answeredBy(recordingOf({ task_id: 'a' }, polls))).toContain(
			`Image URLs: \`response[]\` "${URL_OF_IMAGE}". Addresses that the node leaves alone: nowhere.`,
		);
	});

	test('name a status that is new to the node', () => {
		const polls = [message('poll', { task_id: 'a', status: 'dreaming' }), message('poll', done)];
		expect(answeredBy(recordingOf({ task_id: 'a' }, polls))).toContain(
			'Status: `status` "dreaming", then "SUCCESS". New to the node, which waits: dreaming.',
		);
	});

	test('say when a new task was unknown at first', () => {
		const polls = [message('poll', { code: 404 }, 404), message('poll', done)];
		expect(answeredBy(recordingOf({ task_id: 'a' }, polls))).toContain(
			'a poll right after the create got 404.',
		);
	});

	test('say when the image stood under keys that the node did not know', () => {
		const polls = [message('poll', { task_id: 'a', status: 'SUCCESS', files: [URL_OF_IMAGE] })];
		expect(answeredBy(recordingOf({ task_id: 'a' }, polls))).toContain(
			`Image URLs: \`files[]\` "${URL_OF_IMAGE}", under keys that the node did not know.`,
		);
	});

	test('come from the response to the create where that shows the image at once', () => {
		expect(answeredBy(recordingOf(done, []))).toContain(`Image URLs: \`response[]\``);
	});

	test('leave the modes of an echoed request out of the status', () => {
		const polls = [message('poll', { ...done, request: { type: 'pro', status: 'sent' } })];
		expect(answeredBy(recordingOf({ task_id: 'a' }, polls))).toContain(
			'Status: `status` "SUCCESS". New',
		);
	});

	test('tell a callback by its ID in the query, even one that came before the create was answered', () => {
		const callback = {
			...message('callback', []),
			callback: { method: 'POST', tokenKept: false, addedQuery: { task_id: 'a' } },
		};
		const recording = recordingOf({ task_id: 'a' }, [message('poll', done)], [callback]);
		expect(answeredBy(recording)).toContain('Task ID in a callback: `task_id` "a". In 0 of 1');
		expect(answeredBy(recording)).toContain('Token in the callback URL: does NOT come back');
	});

	test('ask for a callback where none was recorded', () => {
		const { open } = findingsOf(recordingOf({ task_id: 'a' }, [message('poll', done)]));
		expect(open.join('\n')).toContain('Callbacks: none was recorded');
	});
});
