/** The shape of the response that names a new task, or shows its images at once. */
export const CREATE_SHAPE_FAULTS = [
	{
		target: 'create',
		perAttempt: true,
		kinds: {
			'numeric id': 'The task ID is a number.',
			'long id': 'The task ID is a number of 19 digits.',
			'camel id': 'The task ID is in `taskId`.',
			'no status': '`msg`, and the task ID in `data.taskId` without a status.',
			'root id': '`task_id` and `status: "pending"`, not wrapped.',
			'root id only': '`code`, `message` and `task_id`, not wrapped.',
			'row id': 'A row number in `id` beside the task ID in `workId`.',
			'bare id': '`data` is the task ID.',
			'id in a string': '`data` is JSON written as a string.',
			'old shape':
				'Responds as an older page of the documentation says: `id`, `status: "pending"`, not wrapped.',
			accepted: 'HTTP 202 and the task.',
			'code <n> with id': 'HTTP 200 whose body has that code beside the task.',
			'error object': 'An `error` object whose code is 0 stands beside the task.',
			'immediate images': 'The images at once, without a task ID.',
			'immediate list': '`data` is a list of the images at once, without a task ID.',
			'immediate images with id': 'The images at once, with the task ID.',
			'immediate failure': 'Created and failed at once, with the task ID; it is refunded.',
		},
	},
] as const;
