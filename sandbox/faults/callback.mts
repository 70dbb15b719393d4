/** What happens to the callbacks of a task. */
export const CALLBACK_FAULTS = [
	{
		target: 'callback',
		perAttempt: false,
		kinds: {
			never: 'No callback is sent.',
			twice: 'The callback is sent twice at the same moment.',
			early: 'A callback within a second of the create too, while the task is in progress.',
			late: 'The callback comes 30 seconds late.',
			array: 'The body is a bare JSON array.',
			'without id': 'The body has no task ID.',
			'in a list': '`data` is a list with a row number in `id` and the task ID in `workId`.',
			'event id': 'The body has an ID of its own, and the task ID in `data`.',
			'other ids': 'The body is a bare list of entries with IDs of their own, none of them a task.',
			stages: 'A callback at each of three stages, whose list has IDs of its own.',
			'no retry': 'A callback that gets no 2xx response is not sent again.',
			'forged url': 'The body claims success with the image https://attacker.invalid/x.png.',
		},
	},
] as const;
