import { readTask } from '../../nodes/Flux2/api/readTask';
import { A, ID } from './contractAnswers.mts';

const read = (answer: unknown) => readTask(answer, ID);

describe('status words', () => {
	test.each(['timed out', 'Timed-Out', 'TIMED_OUT', 'time out', 'timeout'])(
		'%s is one word, however it is written',
		(word) => expect(read({ status: word })).toMatchObject({ state: 'failed' }),
	);
	test.each(['GENERATE_FAILED', 'generateFailed', 'SENSITIVE_WORD_ERROR', 'Request Moderated'])(
		'%s says by its end that it failed',
		(word) => expect(read({ state: word })).toMatchObject({ state: 'failed' }),
	);
	test.each(['no_error', 'not failed', 'UNBLOCKED', 'incomplete', 'not ready', 'TEXT_SUCCESS'])(
		'%s says neither',
		(word) => expect(read({ state: word, url: A })).toMatchObject({ state: 'unknown' }),
	);
	test.each([
		[{ type: 'SUCCESS', url: A }, 'succeeded'],
		[{ type: 'GENERATE_FAILED' }, 'failed'],
		[{ type: 'pro' }, 'pending'],
		[{ type: 'image-to-image' }, 'pending'],
		[{ type: 1, status: 1 }, 'pending'],
	])('type counts only where it is a status word: %j', (answer, state) => {
		expect(read(answer)).toMatchObject({ state });
	});
	test.each([
		[{ status: -1 }, 'failed'],
		[{ status: '-1' }, 'failed'],
		[{ task_status: -2, error_message: null }, 'failed'],
		[{ successFlag: 2 }, 'failed'],
		[{ successFlag: '3' }, 'failed'],
		[{ status: 2 }, 'pending'],
		[{ status: 3 }, 'pending'],
		[{ status: 2, error_message: 'no luck' }, 'failed'],
		[{ status: 2, error_message: 'null' }, 'pending'],
		[{ status: -1, response: [A] }, 'succeeded'],
		[{ successFlag: 2, response: { resultImageUrl: A } }, 'succeeded'],
	])('a number and no word: %j', (answer, state) => {
		expect(read({ data: { task_id: ID, ...answer } })).toMatchObject({ state });
	});
});
