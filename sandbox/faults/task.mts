/** What happens to a task after it was created. */
export const TASK_FAULTS = [
	{
		target: 'task',
		perAttempt: true,
		kinds: {
			failed:
				'The generation fails with a reason and is refunded. With `once`, the same prompt then succeeds.',
			'failed without reason': 'The generation fails without a reason and is refunded.',
			'create task failed':
				'The generation fails with the status CREATE_TASK_FAILED and is refunded.',
			'content moderated':
				'The generation fails with the status "Content Moderated" and is refunded.',
			'request moderated':
				'The generation fails with the status "Request Moderated" and is refunded.',
			nsfw: 'The generation fails because NSFW content was detected, and is refunded.',
			sensitive: 'The generation fails because the prompt has sensitive words, and is refunded.',
		},
	},
	{
		target: 'task',
		perAttempt: false,
		kinds: {
			slow: 'Takes 45 seconds.',
			'takes <n> s': 'Takes that many seconds.',
			never: 'Stays in progress forever.',
			'<n> images': 'One task, one price, several images (up to 9).',
			'done without image': 'Reports success without an image.',
			'image late': 'Reports success 4 seconds before the image URL appears.',
			'unknown word': 'Reports REVIEWING forever, without an image.',
			'unknown word with image':
				'Reports REVIEWING forever; the image URL appears once its time has passed.',
			'unknown word then done': 'Reports REVIEWING until it is done.',
			'not found': 'Reports "Task not found" forever, with status 200.',
			backwards: 'Reports GENERATING at the first poll, WAITING at the second, then as usual.',
			'no word': 'Never gives a status: the image URL, or the error message, simply appears.',
			'numeric status': '`task_status` 1, then 3 (done) or 5 (failed), and no status word.',
		},
	},
] as const;
