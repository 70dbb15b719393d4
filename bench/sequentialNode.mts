import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

const GAP_MS = 2_000;

type Answer = { data: { task_id: string; status: string; response?: string[] } };

/**
 * The way of the best of the existing packages for such services: one item after another, and a look
 * every two seconds. Only the way of waiting is theirs; requests and download are those of n8n.
 */
export class SequentialNode implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sequential Loop',
		name: 'loop',
		group: ['transform'],
		version: 1,
		description: 'One item after another, with a fixed gap between looks',
		defaults: { name: 'Sequential Loop' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'apiInOneApi', required: true }],
		properties: [{ displayName: 'Prompt', name: 'prompt', type: 'string', default: '' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { baseUrl } = await this.getCredentials('apiInOneApi');
		const api = async (request: Partial<IHttpRequestOptions> & { url: string }) =>
			(
				(await this.helpers.httpRequestWithAuthentication.call(this, 'apiInOneApi', {
					json: true,
					...request,
					url: `${String(baseUrl)}/api/v1${request.url}`,
				})) as Answer
			).data;
		const output: INodeExecutionData[] = [];
		for (let item = 0; item < this.getInputData().length; item++) {
			const body: IDataObject = { model: 'flux-2', prompt: this.getNodeParameter('prompt', item) };
			let task = await api({ method: 'POST', url: '/images/generations', body });
			while (task.status !== 'SUCCESS') {
				await sleep(GAP_MS);
				task = await api({ url: `/tasks/${task.task_id}` });
			}
			const bytes = (await this.helpers.httpRequest({
				url: task.response?.[0] ?? '',
				encoding: 'arraybuffer',
			})) as Buffer;
			const data: IBinaryData = await this.helpers.prepareBinaryData(bytes, `${item}.png`);
			output.push({ json: { taskId: task.task_id }, binary: { data }, pairedItem: { item } });
		}
		return [output];
	}
}
