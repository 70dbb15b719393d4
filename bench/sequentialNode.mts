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

const POLL_INTERVAL_MS = 2_000;

type TaskResponse = { data: { task_id: string; status: string; response?: string[] } };

/**
 * How the best of the existing packages for such services works: one item after another, polled every
 * two seconds. Only the loop is theirs; requests and download are n8n's.
 */
export class SequentialNode implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sequential Loop',
		name: 'loop',
		group: ['transform'],
		version: 1,
		description: 'One item after another, polled at fixed intervals',
		defaults: { name: 'Sequential Loop' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'apiInOneApi', required: true }],
		properties: [{ displayName: 'Prompt', name: 'prompt', type: 'string', default: '' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { baseUrl } = await this.getCredentials('apiInOneApi');
		const request = async (options: Partial<IHttpRequestOptions> & { url: string }) =>
			(
				(await this.helpers.httpRequestWithAuthentication.call(this, 'apiInOneApi', {
					json: true,
					...options,
					url: `${String(baseUrl)}/api/v1${options.url}`,
				})) as TaskResponse
			).data;
		const output: INodeExecutionData[] = [];
		for (let item = 0; item < this.getInputData().length; item++) {
			const body: IDataObject = { model: 'flux-2', prompt: this.getNodeParameter('prompt', item) };
			let task = await request({ method: 'POST', url: '/images/generations', body });
			while (task.status !== 'SUCCESS') {
				await sleep(POLL_INTERVAL_MS);
				task = await request({ url: `/tasks/${task.task_id}` });
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
