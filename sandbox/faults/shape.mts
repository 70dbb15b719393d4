/** The shape of the responses about a task. */
export const SHAPE_FAULTS = [
	{
		target: 'shape',
		perAttempt: false,
		kinds: {
			family:
				'The default: `data.status` SUCCESS, `data.response` a list, `data.request` repeats the request.',
			cover: '`data.taskId`, `data.status` SUCCESS and `data.images`, as another documented route.',
			music: '`data.type` SUCCESS, `request_body`, `response_data` a list of objects.',
			song: '`data.type` SUCCESS; the only IDs are those of the entries in `response_data`.',
			images: '`data.images`, or null beside `data.error`.',
			numeric: '`data.status` 1 beside `data.response`.',
			'string list':
				'`data.status` 1 (done) or -1 (failed); `response` is a list written as a string.',
			'string address': '`data.status` 1 or -1; `response` is one URL as a string.',
			'code 202': 'The body has the code 202 and no data while the task is in progress.',
			upstream: '`state` success and `resultJson`, JSON written as a string.',
			'upstream old': '`successFlag` and `response.resultImageUrl`; callbacks have `info`.',
			'upstream words': '`data.status` GENERATING, SUCCESS or GENERATE_FAILED.',
			info: '`data.info.resultImageUrl`, as in callbacks; the code 501 where it failed.',
			'black forest': '`status` Pending, Ready or Error; `result.sample` is the URL.',
			older: 'As an older page of the documentation: `id`, `status` completed, not wrapped.',
			bare: 'As `family`, but not wrapped in `data`.',
			objects: '`data.images`, a list of objects with `url`.',
			nested: 'The URLs two levels down, in `data.output.images`.',
			string: '`data.output`, one URL as a string.',
			'image url': '`data.imageUrl`, one URL as a string.',
			'row id': 'A row number in `data.id`, and no task ID.',
			list: '`data` is a list that holds the task.',
			'list of images': '`data` is a list of URLs, and there is no task ID.',
			address: '`data` is the URL.',
			'string data': '`data` is JSON written as a string.',
			'nested strings': 'JSON in a string within JSON in a string.',
			'unknown key': 'The URL is in `data.files[0].link`, which is documented nowhere.',
		},
	},
] as const;
