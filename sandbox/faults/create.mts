import { FIREWALL_FAULTS } from './firewall.mts';

/** What happens to the request that creates a task, or to its response. */
export const CREATE_FAULTS = [
	{
		target: 'create',
		perAttempt: true,
		kinds: {
			'<status>': 'Refused with that status. Nothing is charged.',
			'code <status>': 'HTTP 200 whose body has that code. Nothing is charged.',
			moderated: 'Refused with 400 because of its content. Nothing is charged.',
			...FIREWALL_FAULTS,
			'<status> but charged': 'The task is created and charged, and the response has that status.',
			'<status> with id':
				'The task is created and charged, and the response has that status and the task ID.',
			reset: 'The connection is reset before the request is processed. Nothing is charged.',
			'reset but charged': 'The task is created and charged, then the connection is reset.',
			silence: 'Never responds. Nothing is charged.',
			'silence but charged': 'The task is created and charged, and no response ever comes.',
			'half a body': 'Created and charged; the response is cut short.',
			'slow body': 'Created and charged; half of the response comes 20 seconds late.',
			html: "A proxy's HTML page with status 200. Nothing is charged.",
			'html <status>': "A proxy's HTML page with that status. Nothing is charged.",
			'broken json': 'Created and charged; the response is not JSON.',
			'no id': 'Created and charged; the response has no task ID.',
			'same id': 'Created and charged; the response has the ID of the task before it.',
			redirect: 'Redirects to another host (307). Nothing is charged.',
			'see other': 'Created and charged; redirects to the task on another host (303).',
		},
	},
] as const;
