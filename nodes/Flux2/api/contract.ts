/**
 * What API in One publishes about Flux 2, said once. Grades as in the service's own pages:
 * [own] its documentation, [family] sites that seem to share its backend, [upstream] the likely
 * model host. Only [own] is a promise; the rest is read tolerantly and never relied upon.
 */

/** [own] */
export const DEFAULT_BASE_URL = 'https://apiin.one';

/** [own] `POST`, JSON. */
export const CREATE_PATH = '/api/v1/images/generations';

/** [own] `GET`. The id may bear any character, so it is encoded. */
export const taskPath = (taskId: string): string => `/api/v1/tasks/${encodeURIComponent(taskId)}`;

/** [own] */
export const MODEL = 'flux-2';

/** [own] The first is the service's default. */
export const MODES = ['pro', 'flex'] as const;
export type Mode = (typeof MODES)[number];

/** [own] The first is the service's default. */
export const RESOLUTIONS = ['1K', '2K'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** [upstream] `auto` takes the shape of the first reference image, so it needs one. */
export const AUTO_RATIO = 'auto';

/** [own] for 1:1, 16:9 and 9:16, [upstream] for the rest. The list is open: any `w:h` may be sent. */
export const ASPECT_RATIOS = [
	'1:1',
	'4:3',
	'3:4',
	'16:9',
	'9:16',
	'3:2',
	'2:3',
	AUTO_RATIO,
] as const;

/** [own] Characters of a prompt. */
export const PROMPT_LENGTH = { min: 3, max: 5000 } as const;

/** [own] */
export const MAX_REFERENCE_IMAGES = 8;

/** [own] Credits of the price list for one image. One credit is about $0.01. Always an estimate. */
export const PRICE_LIST: Readonly<Record<Mode, Readonly<Record<Resolution, number>>>> = {
	pro: { '1K': 5, '2K': 7 },
	flex: { '1K': 14, '2K': 24 },
};

/** Credits of one image by the price list; what is really charged only the service can say. */
export const priceOf = (mode: Mode, resolution: Resolution): number => PRICE_LIST[mode][resolution];

/** The body of a create, as the service wants it. [own] */
export interface RequestBody {
	model: typeof MODEL;
	prompt: string;
	type: Mode;
	resolution: Resolution;
	aspect_ratio: string;
	input_urls?: string[];
	callback_url?: string;
}

/** Every key of that body: nothing else may set one of them. */
export const BODY_KEYS = [
	'model',
	'prompt',
	'type',
	'resolution',
	'aspect_ratio',
	'input_urls',
	'callback_url',
] as const satisfies ReadonlyArray<keyof RequestBody>;

/** Where a task id may stand, best first. [own: task_id, id] [upstream: taskId] [family: workId] */
export const ID_KEYS = ['task_id', 'taskId', 'id', 'workId'] as const;

/** Where a status word may stand. `type` counts only when it holds a known word: it is also pro/flex. */
export const STATUS_KEYS = ['status', 'state', 'task_status'] as const;
export const AMBIGUOUS_STATUS_KEY = 'type';

/** Where a number may say the status. It settles nothing by itself. [family] [upstream] */
export const STATUS_NUMBER_KEYS = [...STATUS_KEYS, 'successFlag'] as const;

/** Compared without case. [own: completed, SUCCESS, failed] [family] [upstream] */
export const DONE_WORDS: ReadonlySet<string> = new Set([
	'completed',
	'complete',
	'success',
	'succeeded',
	'succeed',
	'done',
	'finished',
]);
export const FAILED_WORDS: ReadonlySet<string> = new Set([
	'failed',
	'fail',
	'failure',
	'error',
	'cancelled',
	'canceled',
	'expired',
	'rejected',
]);
/** Words known to mean "not yet". Any other word is waited for too, but named as unknown. */
export const PENDING_WORDS: ReadonlySet<string> = new Set([
	'in_progress',
	'pending',
	'waiting',
	'queuing',
	'queued',
	'generating',
	'processing',
	'running',
]);

/** Where image URLs may stand. Never looked for anywhere else: other keys echo what was sent. */
export const RESULT_KEYS = [
	'response',
	'response_data',
	'images',
	'image_urls',
	'result_urls',
	'resultUrls',
	'results',
	'result',
	'output',
	'outputs',
	'task_result',
	'info',
	'resultJson',
	'resultImageUrl',
	'image_url',
	'url',
] as const;

/** [upstream] The one result key whose value is JSON written as a string. */
export const RESULT_JSON_KEY = 'resultJson';

/** Where the service reports what it charged. Nothing else is ever shown as charged. [family] */
export const CREDITS_KEYS = [
	'consumed_credits',
	'consumed_credit',
	'credits_consumed',
	'creditsConsumed',
	'credits_used',
] as const;

/** Where the words of a failure stand, whichever is filled first. `error` may also be a string. */
export const FAILURE_TEXT_KEYS = [
	'message',
	'msg',
	'fail_message',
	'error_message',
	'errorMessage',
	'failMsg',
] as const;

/** Body codes that mean success inside HTTP 2xx. [own: 200] [family: 0] */
export const SUCCESS_CODES: ReadonlySet<number> = new Set([200, 0]);
