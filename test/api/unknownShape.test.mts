import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { readTask } from '../../nodes/Flux2/api/readTask';
import { atTimeout } from '../../nodes/Flux2/api/task';
import { A, B, ID, SENT } from './contractAnswers.mts';

const read = (answer: unknown) => readTask(answer, ID);

describe('what the request has sent is never a result, under whichever key it comes back', () => {
	const sent = [SENT, 'https://n8n.example/webhook/1?flux2_token=x'];
	test.each(['image', 'images', 'url', 'output', 'photo', 'result'])('%s', (key) => {
		const answer = { data: { status: 'SUCCESS', [key]: [SENT, sent[1]] } };
		expect(() => readTask(answer, ID, sent)).toThrow(Flux2Failure);
		expect(readTask({ data: { ...answer.data, file: A } }, ID, sent)).toMatchObject({
			imageUrls: [A],
		});
	});

	test.each([
		['with a space encoded', 'https://shop.example/a b.png', 'https://shop.example/a%20b.png'],
		['with its host in capitals', SENT, SENT.replace('shop', 'SHOP')],
		['with an anchor', SENT, `${SENT}#top`],
		['between spaces', SENT, ` ${SENT} `],
	])('%s', (_name, given, back) => {
		const answer = { status: 'SUCCESS', images: [back], picture: back };
		expect(() => readTask(answer, ID, [given])).toThrow(Flux2Failure);
	});

	test('another address of the same host is a result', () => {
		const answer = { status: 'SUCCESS', images: ['https://cdn.example/get?id=2'] };
		expect(readTask(answer, ID, ['https://cdn.example/get?id=1'])).toMatchObject({
			state: 'succeeded',
		});
	});
});

describe('a task that is done and shows nothing under a known key', () => {
	test('shows what stands anywhere else, with its key', () => {
		const answer = {
			code: 200,
			data: {
				task_id: ID,
				status: 'completed',
				files: [{ link: A }, { link: A }, { link: B }],
				blob: JSON.stringify({ deep: { 图: 'https://cdn.example/c.png' } }),
			},
		};
		expect(read(answer)).toMatchObject({
			state: 'succeeded',
			imageUrls: [A, B, 'https://cdn.example/c.png'],
			unknownKeys: ['data.files[0].link', 'data.files[2].link', 'data.blob.deep.图'],
		});
	});

	test('also around the task, but not before what the task itself shows', () => {
		const task = { task_id: ID, status: 'completed' };
		expect(read({ picture: A, data: task })).toMatchObject({
			imageUrls: [A],
			unknownKeys: ['picture'],
		});
		expect(read({ picture: A, data: { ...task, file: B } })).toMatchObject({
			imageUrls: [B],
			unknownKeys: ['data.file'],
		});
	});

	test('never shows what another task of a list has', () => {
		const answer = {
			data: [
				{ task_id: ID, status: 'completed' },
				{ task_id: 'other', status: 'completed', picture: A },
			],
		};
		expect(() => read(answer)).toThrow(Flux2Failure);
	});

	test('a known key comes first, and then nothing else is shown', () => {
		const task = read({ status: 'completed', thumbnail: B, images: [A] });
		expect(task).toMatchObject({ imageUrls: [A] });
		expect(task).not.toHaveProperty('unknownKeys');
	});

	test('a task that is not done shows nothing of it, not even at the time limit', () => {
		const task = read({ status: 'REVIEWING', picture: A });
		expect(atTimeout(task)).toEqual(task);
	});
});
