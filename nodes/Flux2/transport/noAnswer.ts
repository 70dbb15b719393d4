import { isFields, type Fields } from '../api/response';

/** Codes of requests that cannot have reached the service, so that nothing can have been charged. */
const NOT_SENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ERR_TLS_\w+|CERT_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|UNABLE_TO_\w+|ERR_INVALID_URL|ERR_INVALID_CHAR)$/;

/** Why no answer came, and whether the request may have arrived all the same. */
export function noAnswerReason(error: unknown): { code: string; sent: boolean } {
	const chain: Fields[] = [];
	for (let at = error; isFields(at) && chain.length < 4; at = at.cause) chain.push(at);
	const code = chain
		.flatMap((at) => [at.code, at.httpCode])
		.find((one): one is string => typeof one === 'string' && /^[A-Z]\w+$/.test(one));
	// EHOSTUNREACH, ETIMEDOUT and the like say nothing by themselves: a route may also be lost later.
	const isConnecting = chain.some(({ syscall }) => syscall === 'connect');
	return {
		code: code ?? 'no connection',
		sent: !isConnecting && (code === undefined || !NOT_SENT.test(code)),
	};
}
