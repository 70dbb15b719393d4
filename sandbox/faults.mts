/**
 * Every fault that a prompt can ask for with a tag: `[target: kind]`. The parser of prompts
 * (faultTags.mts), the status page and the list in the README are all made from this table.
 *
 * `<status>` is an HTTP status from 400 to 599, `<n>` a number ("two" is one too). A fault that
 * strikes per attempt takes a count, `x2` ("the first two attempts") or `once`, and those of one
 * target follow each other; without a count it lasts forever. All others hold at the same time.
 */
const TABLE = [
	{
		target: 'task',
		perAttempt: true,
		kinds: {
			failed:
				'The generation fails with a reason and is refunded. With `once`, the same prompt then succeeds.',
			'failed without reason': 'The generation fails without a reason and is refunded.',
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
			'unknown word': 'Reports REVIEWING forever, without an image.',
			'unknown word with image':
				'Reports REVIEWING forever; the image URL appears once its time has passed.',
			'unknown word then done': 'Reports REVIEWING until it is done.',
			backwards: 'Reports GENERATING at the first poll, WAITING at the second, then as usual.',
			'no word': 'Never gives a status: the image URL, or the error message, simply appears.',
			'numeric status': '`task_status` 1, then 3 (done) or 5 (failed), and no status word.',
		},
	},
	{
		target: 'create',
		perAttempt: true,
		kinds: {
			'<status>': 'Refused with that status. Nothing is charged.',
			'code <status>': 'HTTP 200 whose body has that code. Nothing is charged.',
			'<status> but charged': 'The task is created and charged, and the response has that status.',
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
			'numeric id': 'The task ID is a number.',
			'camel id': 'The task ID is in `taskId`.',
			'old shape': 'Responds as the older page says: `id`, `status: "pending"`, not wrapped.',
			redirect: 'Redirects to another host. Nothing is charged.',
		},
	},
	{
		target: 'poll',
		perAttempt: true,
		kinds: {
			'<status>': 'Responds with that status.',
			'code <status>': 'HTTP 200 whose body has that code.',
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
	{
		target: 'image',
		perAttempt: true,
		kinds: {
			'<status>': 'The image responds with that status.',
			reset: 'The connection is reset.',
			silence: 'Never responds.',
			'half a body': 'The image is cut short.',
			slow: 'The second half of the image comes 20 seconds late.',
			html: 'An HTML page in place of the image, with status 200.',
			empty: 'An image of 0 bytes.',
			huge: 'An image of 101 MB.',
			'huge unsized': 'An image of 101 MB without a content-length.',
			'octet-stream': 'The right bytes as application/octet-stream.',
			'no type': 'The right bytes without a content type.',
			'wrong type': 'The right bytes as text/plain.',
			redirect: 'Redirects to another path of the sandbox, where the image is.',
			'redirect elsewhere': 'Redirects to another host.',
			'redirect loop': 'Redirects to itself.',
		},
	},
	{
		target: 'image',
		perAttempt: false,
		kinds: {
			jpeg: 'The image is a JPEG.',
			webp: 'The image is a WEBP.',
			'comma in the url': 'The URL of the image contains a comma.',
			ftp: 'The URL of the image is not http.',
		},
	},
	{
		target: 'shape',
		perAttempt: false,
		kinds: {
			family:
				'The default: `data.status` SUCCESS, `data.response` a list, `data.request` the echo.',
			music: '`data.type` SUCCESS, `request_body`, `response_data` a list of objects.',
			images: '`data.images`, or null beside `data.error`.',
			numeric: '`data.status` 1 beside `data.response`.',
			upstream: '`state` success and `resultJson`, JSON written as a string.',
			'upstream old': '`successFlag` and `response.resultImageUrl`; callbacks have `info`.',
			older: 'The older page: `id`, `status` completed, not wrapped.',
			bare: 'As `family`, but not wrapped in `data`.',
			objects: '`data.images`, a list of objects with `url`.',
			nested: 'The URLs two levels down, in `data.output.images`.',
			string: '`data.output`, one URL as a string.',
		},
	},
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
			'no retry': 'A callback that gets no 2xx response is not sent again.',
			'forged url': 'The body claims success with the image https://attacker.invalid/x.png.',
		},
	},
] as const;

type Group = (typeof TABLE)[number];
type KeysOf<Kinds> = Kinds extends unknown ? Extract<keyof Kinds, string> : never;

/** What a fault strikes. */
export type FaultTarget = Group['target'];

/** The kinds of faults of one target, as the table writes them. */
export type FaultKind<T extends FaultTarget> = KeysOf<Extract<Group, { target: T }>['kinds']>;

/** Those that strike single attempts, one after the other, instead of all at the same time. */
export type AttemptFaultKind<T extends FaultTarget> = KeysOf<
	Extract<Group, { target: T; perAttempt: true }>['kinds']
>;

export interface FaultDefinition {
	target: FaultTarget;
	kind: string;
	perAttempt: boolean;
	/** Whether `retry after 7` or `retry date` may follow: only where the response has such a header. */
	allowsRetryAfter: boolean;
	description: string;
}

/** The table, one entry for each fault. */
export const FAULTS: readonly FaultDefinition[] = TABLE.flatMap(({ target, perAttempt, kinds }) =>
	Object.entries(kinds).map(([kind, description]) => ({
		target,
		kind,
		perAttempt,
		allowsRetryAfter: kind === '<status>' || kind === 'code <status>',
		description,
	})),
);
