import type { IExecuteFunctions } from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import { isUnreachable } from '../../transport/reachability';
import { getResumeUrl } from '../../transport/waiting';
import { warn, type Run } from '../run';
import type { PlannedRequest } from './plannedRequest';

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : '');

/** The address of a workflow in n8n's editor, such as `/workflow/8gkRb…`; n8n may be below a path. */
const isEditorPage = (url: string): boolean =>
	/\/workflow\/[^/]+(\/[^/]+|\/(executions|debug|evaluation)\/.+)?\/?$/.test(pathOf(url));

/** A test URL of a trigger (`N8N_ENDPOINT_WEBHOOK_TEST`). */
const isTestUrl = (url: string): boolean => /\/webhook-test\//.test(pathOf(url));

/**
 * Refuses a callback URL at which no callback can ever arrive. Whether it is a URL at all is checked
 * with the other fields.
 *
 * @throws Flux2Failure `invalid-input`
 */
export function checkCallbackUrl(callbackUrl: unknown, baseUrl: string): void {
	if (typeof callbackUrl !== 'string') return;
	const url = callbackUrl.trim();
	if (isEditorPage(url))
		throw new Flux2Failure({
			kind: 'invalid-input',
			problem: `The callback URL is a page of the n8n editor (${url})`,
			advice: 'Open the Flux 2 Trigger and copy its Production URL instead.',
		});
	if (!isUnreachable(url, baseUrl)) return;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `API in One cannot reach the callback URL: it is only reachable from a private network (${url})`,
		advice:
			'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of n8n and copy the URL of the trigger again.',
	});
}

/** @throws Flux2Failure `invalid-input` when a callback could never arrive. Nothing was created. */
export function reachableResumeUrl(ctx: IExecuteFunctions, baseUrl: string): string {
	const url = getResumeUrl(ctx);
	if (!isUnreachable(url, baseUrl)) return url;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `API in One cannot call back: the address of n8n is only reachable from a private network (${new URL(url).origin})`,
		advice:
			'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of n8n, or choose "Image" under "Wait For", which needs no callback.',
	});
}

export function warnOfTestUrl(run: Run, requests: readonly PlannedRequest[]): void {
	if (requests.some(({ request }) => isTestUrl(request.callbackUrl ?? '')))
		warn(run, 'The callback URL is a test URL, which only works while the editor listens for it.');
}
