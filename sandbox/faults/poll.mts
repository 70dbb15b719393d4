import { FIREWALL_FAULTS } from './firewall.mts';

/** What happens to a request for the status of a task, or to its response. */
export const POLL_FAULTS = [
	{
		target: 'poll',
		perAttempt: true,
		kinds: {
			'<status>': 'Responds with that status.',
			'code <status>': 'HTTP 200 whose body has that code.',
			...FIREWALL_FAULTS,
			reset: 'The connection is reset.',
			silence: 'Never responds.',
			'half a body': 'The response is cut short.',
			'slow body': 'Half of the response comes 20 seconds late.',
			html: "A proxy's HTML page with status 200.",
			'html <status>': "A proxy's HTML page with that status.",
			'broken json': 'The response is not JSON.',
			empty: 'Status 200 and no body at all.',
			'wrong id': 'The response names another task.',
			redirect: 'Redirects to another host.',
		},
	},
] as const;
