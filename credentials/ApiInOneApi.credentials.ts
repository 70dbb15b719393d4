import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

const WRONG_KEY = 'Invalid API key. Copy it again from your API in One account.';

const UNPROTECTED =
	'The base URL must start with https://, to protect your API key. Only on this machine may it start with http://.';

/** https anywhere, http only to this machine: the same rule as in the node. */
const IS_PROTECTED = '/^(https:|http:\\/\\/(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])([:\\/]|$))/i';

/**
 * A declarative test can show a message of ours only about a response. So an unprotected address is not
 * asked at all: this address answers by itself, with one byte that no JSON has at its key "0".
 */
const UNSENT = 'data:,!';
const UNSENT_BYTE = 33;

/** Keys under which an error inside HTTP 200 may say 401 or 403. */
const CODE_KEYS = ['error.code', 'code', 'status', 'statusCode'];

/** Every status that does not say that the key is right. */
const TELLING_STATUSES = Array.from({ length: 300 }, (_, index) => 300 + index).filter(
	(status) => status !== 404,
);

export class ApiInOneApi implements ICredentialType {
	name = 'apiInOneApi';

	displayName = 'API\u00a0in One API';

	icon: Icon = { light: 'file:apiInOne.svg', dark: 'file:apiInOne.dark.svg' };

	documentationUrl = 'https://apiin.one/docs';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'aio_…',
			description:
				'Create one in your <a href="https://apiin.one" target="_blank">API in One account</a>',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://apiin.one',
			description:
				'Change only for the sandbox or a proxy. Must use HTTPS unless it is on this machine.',
		},
		{
			displayName: 'Daily Credit Limit',
			name: 'dailyCreditLimit',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'A fuse against runaway loops: maximum estimated credits in any 24 hours, over all workflows that use this API key. Counted in memory by this n8n process, so it starts at zero when n8n restarts, and each worker counts for itself. Set to 0 for no limit.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				Authorization: '=Bearer {{ $credentials.apiKey.replace(/[\\p{C}\\p{Z}]/gu, "") }}',
			},
		},
	};

	/** Reads a task that cannot exist, which costs nothing: 404 tells that the key is right. */
	test: ICredentialTestRequest = {
		request: {
			url: `={{ ${IS_PROTECTED}.test($credentials.baseUrl.trim()) ? $credentials.baseUrl.trim().replace(/\\/+$/, "") + "/api/v1/tasks/n8n-credential-test" : "${UNSENT}" }}`,
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true, except: TELLING_STATUSES },
		},
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: '0', value: UNSENT_BYTE, message: UNPROTECTED },
			},
			...[401, 403].map((value) => ({
				type: 'responseCode' as const,
				properties: { value, message: WRONG_KEY },
			})),
			...CODE_KEYS.flatMap((key) =>
				[401, 403, '401', '403'].map((value) => ({
					type: 'responseSuccessBody' as const,
					properties: { key, value, message: WRONG_KEY },
				})),
			),
		] as ICredentialTestRequest['rules'],
	};
}
