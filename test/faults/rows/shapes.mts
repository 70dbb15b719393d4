import { createTags, failedTags, isImmediate, shapeTags } from '../../outcomes/shapeCases.mts';
import { type FaultGroup, type Fault, images, type Outcome, errorAfter } from '../fault.mts';

const prompt = (tag: string): string => `A red fox ${tag}`;

/** The request was rejected, and nothing was charged. */
const rejected: Outcome = { ...errorAfter(0), createRequests: 1 };

/** Of these prompts each task fails and is refunded, and nothing is generated again. */
const failures = (title: string, tags: string[]): Fault => ({
	title,
	prompts: tags.map(prompt),
	run: { onError: 'continueRegularOutput' },
	outcome: { ...images(tags.length), credits: 0, items: tags.map(() => 'failed') },
});

const oddCodes: Fault[] = [409, 501, 505].map((status) => ({
	title: `the task is created and charged, but the response is ${status}`,
	prompts: [prompt(`[create: ${status} but charged]`)],
	run: { retryOnFail: true },
	outcome: { ...errorAfter(1), tasksNamed: 0 },
	shows: [/may already have been charged/, /A red fox/],
}));

const namedInError: Fault[] = [409, 500, 502, 503, 504, 505].map((status) => ({
	title: `the response is ${status} and names the task that was created`,
	prompts: [prompt(`[create: ${status} with id]`)],
	outcome: errorAfter(1),
	shows: [/may have been charged, and the response names task n41\w+/],
	neverShows: [/Nothing was charged/],
}));

const firewall: Fault[] = ['1010', '1020', 'page', 'json'].map((kind) => ({
	title: `the firewall of the service blocks the create request (${kind})`,
	prompts: [prompt(`[create: firewall ${kind}]`)],
	outcome: rejected,
	shows: [/firewall/, /not about your API key/, /Nothing was charged/],
}));

const withId = createTags.filter((tag) => !isImmediate(tag) || tag.includes('with id'));

export const shapes: FaultGroup = {
	title: 'Responses in other shapes',
	faults: [
		{
			title: 'the task that is done is described in each of the known shapes',
			prompts: shapeTags.map(prompt),
			outcome: images(shapeTags.length),
		},
		{
			title: 'the new task is named in each of the known ways',
			prompts: withId.map(prompt),
			outcome: images(withId.length),
		},
		failures(
			'the task that failed is described in each of the known shapes',
			shapeTags.map((tag) => `${tag} [task: failed]`),
		),
		failures('the task fails in each of the known words', [
			...failedTags,
			'[create: immediate failure]',
		]),
		...oddCodes,
		...namedInError,
		...firewall,
		{
			title: 'the create request is redirected to the new task on another host',
			prompts: [prompt('[create: see other]')],
			outcome: { ...errorAfter(1), tasksNamed: 0 },
			shows: [/to protect your API key/, /may have been charged/],
			check: ({ otherHost }) => expect(otherHost.requests).toEqual([]),
		},
		{
			title: 'the create request is rejected because of its content',
			prompts: [prompt('[create: moderated]')],
			outcome: rejected,
			shows: [/refused the content/, /will be refused again/, /Nothing was charged/],
		},
		{
			title: '"Retry On Fail" after the firewall has blocked the create request once',
			prompts: [prompt('[create: firewall 1010 once]')],
			run: { retryOnFail: true },
			outcome: { ...images(1), createRequests: 2 },
		},
		{
			title: '"Retry On Fail" after a response 502 that names the task',
			prompts: [prompt('[create: 502 with id]')],
			run: { retryOnFail: true },
			outcome: errorAfter(1),
			shows: [/may already have been charged/, /ended with: .*\(task n41\w+\)/],
		},
		{
			title: '"Retry On Fail" after a task that failed at once and was refunded',
			prompts: [prompt('[create: immediate failure once]')],
			run: { retryOnFail: true },
			outcome: { ...images(1), createRequests: 2, tasksCreated: 2 },
		},
		{
			title: 'the firewall blocks two polls',
			prompts: [prompt('[poll: firewall 1010 x2]')],
			outcome: images(1),
		},
		{
			title: 'the firewall blocks every poll',
			prompts: [prompt('[poll: firewall page]')],
			run: { parameters: { options: { timeoutSeconds: 60 } } },
			outcome: errorAfter(1),
			shows: [/not ready after 60 seconds/, /Get Task .*\(task ID n41\w+\)/, /Cloudflare/],
		},
		{
			title: 'the task is done four seconds before its image appears',
			prompts: [prompt('[task: image late]')],
			outcome: images(1),
		},
		{
			title: 'the service says "Task not found" with status 200',
			prompts: [prompt('[task: not found]')],
			run: { parameters: { options: { timeoutSeconds: 60 } } },
			outcome: errorAfter(1),
			shows: [/Its last status was "Task not found"/, /Get Task .*\(task ID n41\w+\)/],
		},
	],
};
