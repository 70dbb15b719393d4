/**
 * What API in One publishes about Flux 2, said once. Grades as in the service's own pages:
 * [own] its documentation, [family] sites that seem to share its backend, [upstream] the likely
 * model host. Only [own] is a promise; the rest is read tolerantly and never relied upon.
 */

/** [own] */
export const DEFAULT_BASE_URL = 'https://apiin.one';

/** [own] `POST`, JSON. */
export const CREATE_PATH = '/api/v1/images/generations';

/** [own] `GET`. The ID may have any character, so it is encoded. */
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

/** [own] On the newest page; older ones say about $0.002. Always an estimate. */
export const USD_PER_CREDIT = 0.01;

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

/** The id keys that can hold nothing but a task's. A bare `id` may also be a row's or a song's. */
export const TASK_ID_KEYS = ['task_id', 'taskId', 'workId'] as const;

/** Longer than any id of the service; what is longer is not one. */
export const MAX_TASK_ID_LENGTH = 200;

/** Where a status word may stand. `type` counts only when it holds a known word: it is also pro/flex. */
export const STATUS_KEYS = ['status', 'state', 'task_status'] as const;
export const AMBIGUOUS_STATUS_KEY = 'type';

/** [upstream] */
export const SUCCESS_FLAG_KEY = 'successFlag';

/** Where a number may say the status. [family] [upstream] */
export const STATUS_NUMBER_KEYS = [...STATUS_KEYS, SUCCESS_FLAG_KEY] as const;

/** [upstream] Values of `successFlag` that mean failed. Any other number is no word: sites differ. */
export const FAILED_FLAGS: ReadonlySet<number> = new Set([2, 3]);

/**
 * Status words, without case, `_`, `-` and spaces.
 * [own: completed, SUCCESS, failed] [family] [upstream: success, fail, Ready, Content Moderated]
 */
export const DONE_WORDS: ReadonlySet<string> = new Set([
	'completed',
	'complete',
	'success',
	'succeeded',
	'succeed',
	'done',
	'finished',
	'ready',
]);
/** Alone, or as the end of a longer word: GENERATE_FAILED [upstream], "Request Moderated" [upstream]. */
export const FAILED_WORDS: ReadonlySet<string> = new Set([
	'failed',
	'fail',
	'failure',
	'error',
	'cancelled',
	'canceled',
	'expired',
	'rejected',
	'moderated',
	'blocked',
	'timeout',
	'timedout',
]);
/** Words known to mean "not yet". Any other word is waited for too, but named as unknown. */
export const PENDING_WORDS: ReadonlySet<string> = new Set([
	'inprogress',
	'pending',
	'waiting',
	'queuing',
	'queued',
	'generating',
	'processing',
	'running',
]);

/** Where image URLs may stand. `data` is one only where it is not the object that holds the task. */
export const RESULT_KEYS = [
	'response',
	'response_data',
	'images',
	'image_urls',
	'imageUrls',
	'result_urls',
	'resultUrls',
	'result_url',
	'resultUrl',
	'results',
	'result',
	'output',
	'outputs',
	'output_url',
	'task_result',
	'info',
	'resultJson',
	'resultImageUrl',
	'image_url',
	'imageUrl',
	'image',
	'sample',
	'url',
	'data',
] as const;

/**
 * Words in a key that speak of what was sent, never of what came of it. `request_id` is no echo, and
 * neither are "resource" and "definition". [own: request_body] [family: request] [upstream: param,
 * input_urls, originImageUrl]
 */
const REQUEST_WORDS =
	/input|request(?!_?id)|prompt|param|referenc|(?<!re)source|(?<![a-z])ref(?![a-z])|call_?back|hook|notify|(?<![a-z])init|mask|upload|origin/;

/** Whether what stands under a key repeats the request. */
export const speaksOfRequest = (key: string): boolean =>
	REQUEST_WORDS.test(
		key
			.slice(0, 200)
			.replace(/([a-z\d])([A-Z])/g, '$1_$2')
			.toLowerCase(),
	);

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

/** What stands under these keys although nothing failed. [own: "success"] */
export const COURTESIES: ReadonlySet<string> = new Set([
	'success',
	'successful',
	'ok',
	'none',
	'null',
	'no error',
]);

/** Words of a failure that was about the content. A guess: no page publishes the service's own. */
export const MODERATION_WORDS = /moderat|nsfw|sensitive|safety|policy|blocked/i;

/** Body codes that mean success inside HTTP 2xx. [own: 200] [family: 0] */
export const SUCCESS_CODES: ReadonlySet<number> = new Set([200, 0]);

/**
 * Codes of a create that was refused, so that nothing was charged. [own: 400, 401, 404]
 * [upstream: 402, 422, 429, 455]. 403 is the key's, or the firewall's. After any other code nobody
 * can tell: 503 may come from a proxy behind which the request was taken.
 */
export const REFUSED_CODES: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 422, 429, 455]);

/** Redirects that ask to send the same request elsewhere. After any other it may have been taken. */
export const NOT_TAKEN_REDIRECTS: ReadonlySet<number> = new Set([301, 307, 308]);

/** Body codes of a poll that no later poll can change. Any other one means "poll again". [family] */
export const FINAL_BODY_CODES: ReadonlySet<number> = new Set([401, 402, 403, 404]);

/** [upstream] Beside a task it means that the task failed. */
export const TASK_FAILED_CODE = 501;

/** [upstream] */
export const MAINTENANCE_CODES: ReadonlySet<number> = new Set([455, 503]);

/**
 * [family] The text or page of HTTP 403 with which Cloudflare turns a client away. Asked for JSON, as
 * here, it may also send an object whose `type` is a page of its documentation (since March 2026).
 */
export const FIREWALL_TEXT = /^\s*error code: 1\d{3}|cloudflare|just a moment\.\.\./i;
export const FIREWALL_TYPE = /^https:\/\/developers\.cloudflare\.com\//;
