import {
	COURTESIES,
	FAILURE_TEXT_KEYS,
	FIREWALL_TEXT,
	FIREWALL_TYPE,
	SUCCESS_CODES,
} from './contract';
import { textOf } from './excerpt';
import { isFields, payloadOf, rootOf, type Fields } from './response';

function filled(value: unknown): string | undefined {
	const text = typeof value === 'string' ? value.trim() : '';
	return text === '' || COURTESIES.has(text.slice(0, 20).toLowerCase()) ? undefined : text;
}

/** The text of a failure, whichever key is filled first. */
export function failureText(fields: Fields): string | undefined {
	const { error } = fields;
	if (isFields(error)) {
		const nested = filled(error.message) ?? failureText({ ...error, error: undefined });
		if (nested !== undefined) return nested;
	}
	const direct = filled(error);
	if (direct !== undefined) return direct;
	for (const key of FAILURE_TEXT_KEYS) {
		const text = filled(fields[key]);
		if (text !== undefined) return text;
	}
	return undefined;
}

/** A code, as a number or written as a string. */
export function codeOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && /^-?\d{1,6}$/.test(value) ? Number(value) : undefined;
}

const isSuccess = (code: unknown): boolean => SUCCESS_CODES.has(codeOf(code) ?? Number.NaN);

/** An `error` object says something unless its code is 200 or 0, or all in it is empty. */
const saysError = (error: unknown): boolean =>
	isFields(error) && !isSuccess(error.code) && Object.values(error).some(Boolean);

/**
 * The error an answer tells of, or undefined. A 2xx answer tells of one too (`inBody`): by a `code`
 * other than 200 or 0, or by an `error` object.
 */
export function errorIn(
	status: number,
	answer: unknown,
): { code: number; text: string; inBody?: true } | undefined {
	const root = rootOf(answer);
	const text =
		failureText(root) ??
		failureText(payloadOf(answer)) ??
		(typeof answer === 'string' ? textOf(answer) : '');
	if (status < 200 || status > 299) return { code: status, text };
	const nested = isFields(root.error) ? root.error : {};
	const codes = [codeOf(nested.code), codeOf(root.code)];
	const code = codes.find((one) => one !== undefined && !SUCCESS_CODES.has(one));
	if (code !== undefined) return { code, text, inBody: true };
	return saysError(nested) ? { code: 500, text, inBody: true } : undefined;
}

/**
 * What the firewall before the service says, or undefined. It turns the client away, whatever its
 * key: the request never reached the service.
 */
export function firewallText(status: number, answer: unknown): string | undefined {
	if (status !== 403) return undefined;
	if (typeof answer === 'string')
		return FIREWALL_TEXT.test(answer.slice(0, 20_000)) ? textOf(answer) : undefined;
	const { type, title } = rootOf(answer);
	if (typeof type !== 'string' || !FIREWALL_TYPE.test(type)) return undefined;
	return filled(title)?.slice(0, 200) ?? type.slice(0, 200);
}
