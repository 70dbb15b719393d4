/**
 * Every trouble that can be asked for. A prompt asks with words in brackets: `[where: words]`.
 * The reader of prompts (askedFor.mts), the sandbox's own page and the list in its README are all
 * fed from here.
 *
 * `<status>` is an HTTP status from 400 to 599, `<n>` a number ("two" is one too). Troubles that
 * take turns may bear `x2` ("the first two times") or `once`, and those of one place follow each
 * other; without a count they hold for ever. All others hold at the same time.
 */
const TABLE = [
	{
		where: 'task',
		takesTurns: true,
		rows: {
			failed:
				'The generation fails with a reason and is refunded. With `once`, the same prompt then succeeds.',
			'failed without reason': 'The generation fails, is refunded, and nobody says why.',
		},
	},
	{
		where: 'task',
		takesTurns: false,
		rows: {
			slow: 'Takes 45 seconds.',
			'takes <n> s': 'Takes that many seconds.',
			never: 'Stays in progress for ever.',
			'<n> images': 'One task, one price, several images (up to 9).',
			'done without image': 'Says success and shows no image.',
			'unknown word': 'Says REVIEWING for ever, without an image.',
			'unknown word with image':
				'Says REVIEWING for ever; the image URL appears once its time has passed.',
			'unknown word then done': 'Says REVIEWING until it is done.',
			backwards: 'GENERATING at the first look, WAITING at the second, then as usual.',
			'no word': 'Never says a status: the image URL, or the text of a failure, simply appears.',
			'numeric status': '`task_status` 1, then 3 (done) or 5 (failed), and no word.',
		},
	},
	{
		where: 'create',
		takesTurns: true,
		rows: {
			'<status>': 'Refused with that status. Nothing is charged.',
			'code <status>': 'HTTP 200 whose body has that code. Nothing is charged.',
			'<status> but charged': 'The task is created and charged, and the answer is that status.',
			reset: 'The connection is reset before the request is taken. Nothing is charged.',
			'reset but charged': 'The task is created and charged, then the connection is reset.',
			silence: 'Never answers. Nothing is charged.',
			'silence but charged': 'The task is created and charged, and nothing is ever answered.',
			'half a body': 'Created and charged; the answer is cut short.',
			'slow body': 'Created and charged; half of the answer comes 20 seconds late.',
			html: "A proxy's HTML page with status 200. Nothing is charged.",
			'html <status>': "A proxy's HTML page with that status. Nothing is charged.",
			'broken json': 'Created and charged; the answer is not JSON.',
			'no id': 'Created and charged; the answer has no task ID.',
			'same id': 'Created and charged; the answer bears the ID of the task before it.',
			'numeric id': 'The task ID is a number.',
			'camel id': 'The task ID stands under `taskId`.',
			'old shape': 'Answers as the older page: `id`, `status: "pending"`, not wrapped.',
			redirect: 'Redirects to another host. Nothing is charged.',
		},
	},
	{
		where: 'poll',
		takesTurns: true,
		rows: {
			'<status>': 'Answers that status.',
			'code <status>': 'HTTP 200 whose body has that code.',
			reset: 'The connection is reset.',
			silence: 'Never answers.',
			'half a body': 'The answer is cut short.',
			'slow body': 'Half of the answer comes 20 seconds late.',
			html: "A proxy's HTML page with status 200.",
			'html <status>': "A proxy's HTML page with that status.",
			'broken json': 'The answer is not JSON.',
			empty: 'Status 200 and no body at all.',
			'wrong id': 'The answer names another task.',
			redirect: 'Redirects to another host.',
		},
	},
	{
		where: 'image',
		takesTurns: true,
		rows: {
			'<status>': 'The image answers that status.',
			reset: 'The connection is reset.',
			silence: 'Never answers.',
			'half a body': 'The image is cut short.',
			slow: 'The second half of the image comes 20 seconds late.',
			html: 'An HTML page in place of the image, with status 200.',
			empty: 'An image of 0 bytes.',
			huge: 'An image of 101 MB.',
			'huge unsized': 'An image of 101 MB that does not say its length.',
			'octet-stream': 'The right bytes as application/octet-stream.',
			'no type': 'The right bytes without a content type.',
			'wrong type': 'The right bytes as text/plain.',
			redirect: 'Redirects to another path of the sandbox, where the image is.',
			'redirect elsewhere': 'Redirects to another host.',
			'redirect loop': 'Redirects to itself.',
		},
	},
	{
		where: 'image',
		takesTurns: false,
		rows: {
			jpeg: 'The image is a JPEG.',
			webp: 'The image is a WEBP.',
			'comma in the url': 'The URL of the image has a comma in it.',
			ftp: 'The URL of the image is not http.',
		},
	},
	{
		where: 'shape',
		takesTurns: false,
		rows: {
			family:
				'The default: `data.status` SUCCESS, `data.response` a list, `data.request` the echo.',
			music: '`data.type` SUCCESS, `request_body`, `response_data` a list of objects.',
			images: '`data.images`, or null beside `data.error`.',
			numeric: '`data.status` 1 beside `data.response`.',
			upstream: '`state` success and `resultJson`, JSON written as a string.',
			'upstream old': '`successFlag` and `response.resultImageUrl`; callbacks bear `info`.',
			older: 'The older page: `id`, `status` completed, not wrapped.',
			bare: 'As `family`, but not wrapped in `data`.',
			objects: '`data.images`, a list of objects with `url`.',
			nested: 'The URLs two levels down, in `data.output.images`.',
			string: '`data.output`, one URL as a string.',
		},
	},
	{
		where: 'callback',
		takesTurns: false,
		rows: {
			never: 'No callback is sent.',
			twice: 'The callback is sent twice at the same moment.',
			early: 'A callback within a second of the create too, while the task is in progress.',
			late: 'The callback comes 30 seconds after the end.',
			array: 'The body is a bare JSON array.',
			'without id': 'The body has no task ID.',
			'no retry': 'A callback that is not answered with 2xx is not sent again.',
			'forged url': 'The body claims success with the image https://attacker.invalid/x.png.',
		},
	},
] as const;

type Group = (typeof TABLE)[number];

/** Where in the life of a task a trouble strikes. */
export type Where = Group['where'];

/** The words of one place, as they stand in the table. */
export type Words<W extends Where> = KeysOf<Extract<Group, { where: W }>['rows']>;
type KeysOf<Rows> = Rows extends unknown ? Extract<keyof Rows, string> : never;

/** The words of one place that follow each other instead of holding at the same time. */
export type Turns<W extends Where> = KeysOf<Extract<Group, { where: W; takesTurns: true }>['rows']>;

export interface TroubleRow {
	where: Where;
	words: string;
	takesTurns: boolean;
	/** Whether `retry after 7` or `retry date` may follow: only where an answer has a header to bear it. */
	pauses: boolean;
	tells: string;
}

/** The table, row by row. */
export const TROUBLES: readonly TroubleRow[] = TABLE.flatMap(({ where, takesTurns, rows }) =>
	Object.entries(rows).map(([words, tells]) => ({
		where,
		words,
		takesTurns,
		pauses: words === '<status>' || words === 'code <status>',
		tells,
	})),
);
