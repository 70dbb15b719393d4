import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

const WRONG_KEY =
	'API in One refused this key. Copy it again from your API in One account, without spaces.';

/** Keys under which an error inside HTTP 200 may say 401 or 403. */
const CODE_KEYS = ['error.code', 'code', 'status', 'statusCode'];

/** Every status that does not say that the key is right. */
const TELLING_STATUSES = Array.from({ length: 300 }, (_, index) => 300 + index).filter(
	(status) => status !== 404,
);

export class ApiInOneApi implements ICredentialType {
	name = 'apiInOneApi';

	displayName = 'API in One API';

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
			description: 'From your account at apiin.one',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://apiin.one',
			description:
				'Leave as it is, unless you use the sandbox of this package or a proxy of your own. Must start with https://, except on this machine.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{ $credentials.apiKey.trim() }}' } },
	};

	/** Reads a task that cannot exist, which costs nothing: 404 tells that the key is right. */
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
			url: '/api/v1/tasks/n8n-credential-test',
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true, except: TELLING_STATUSES },
		},
		rules: [
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
