import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
	INodeExecutionData,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { ActiveWebhooks } from './activeWebhooks.mts';
import type { Executions, ExecutionRow } from './executions.mts';
import { toExpressResponse } from './expressAdapter.mts';
import type { NodeTypes } from './nodeTypes.mts';
import { callWebhook, sendError, webhooksOf } from './webhookCall.mts';
import { openWorkflow } from './workflow.mts';

export const waitingPath = '/webhook-waiting/';

/** n8n's `/webhook-waiting/{execution}`: callbacks to executions, whether they are waiting or not. */
export class WaitingWebhooks {
	constructor(
		private readonly executions: Executions,
		private readonly types: NodeTypes,
		private readonly additionalData: (executionId: string) => IWorkflowExecuteAdditionalData,
		private readonly activeWebhooks: ActiveWebhooks,
	) {}

	readonly handle = async (
		request: IncomingMessage,
		response: ServerResponse,
		url: URL,
	): Promise<void> => {
		const [id = '', suffix = ''] = url.pathname.slice(waitingPath.length).split('/');
		const expressResponse = toExpressResponse(response);
		const row = this.executions.find(id);
		if (row === undefined) {
			sendError(expressResponse, 404, `The execution "${id}" does not exist.`, 404);
			return;
		}
		const data = this.executions.read(row);
		if (data.resumeToken && !isSameToken(url.searchParams.get('signature'), data.resumeToken)) {
			expressResponse.status(401).json({ error: 'Invalid token' });
		} else if (row.status === 'running') {
			sendError(expressResponse, 409, `The execution "${id}" is running already.`, 409);
		} else if (data.resultData.error !== undefined) {
			sendError(expressResponse, 409, `The execution "${id}" has finished with error.`, 409);
		} else if (row.status !== 'waiting') {
			sendError(expressResponse, 409, `The execution "${id} has finished already.`, 409);
		} else await this.resume(row, data, suffix, request, response, url);
	};

	private async resume(
		row: ExecutionRow,
		data: IRunExecutionData,
		suffix: string,
		request: IncomingMessage,
		response: ServerResponse,
		url: URL,
	): Promise<void> {
		const resuming = data.executionData!.nodeExecutionStack[0]!;
		const last = data.resultData.lastNodeExecuted ?? '';
		// A disabled node passes its input through: that is how the items that `webhook()` returned
		// become its output.
		resuming.node.disabled = true;
		data.waitTill = undefined;
		const runs = data.resultData.runData[last] ?? [];
		const { inputOverride, source = [] } = runs.pop() ?? {};
		if (inputOverride !== undefined) {
			runs.push({ startTime: 0, executionTime: 0, executionIndex: 0, source, inputOverride });
		}

		const workflow = openWorkflow(row.workflow, this.types);
		const additionalData = this.additionalData(row.id);
		const webhook = webhooksOf(workflow, workflow.getNode(last)!, additionalData).find(
			(one) =>
				one.httpMethod === request.method &&
				one.path === suffix &&
				one.webhookDescription.restartWebhook === true,
		);
		if (webhook === undefined) {
			const reason = 'does not contain a waiting webhook with a matching path/method.';
			sendError(
				toExpressResponse(response),
				404,
				`The workflow for execution "${row.id}" ${reason}`,
				404,
			);
			return;
		}
		const start = (items: INodeExecutionData[][], error?: Error) => {
			resuming.data.main = items;
			resuming.metadata = { ...resuming.metadata, forwardAllOutputs: true } as never;
			if (error !== undefined) {
				// All results so far are lost, and the next nodes get one empty item.
				const storedError = { ...error, message: error.message, stack: error.stack } as never;
				data.resultData = { runData: {}, lastNodeExecuted: last, error: storedError };
			}
			this.executions.resume(row, data);
		};
		const { activeWebhooks } = this;
		const common = { workflow, webhook, additionalData, activeWebhooks };
		const call = { ...common, mode: row.mode, waiting: data, start };
		await callWebhook(call, request, response, url);
	}
}

function isSameToken(signature: string | null, token: string): boolean {
	return (
		signature?.length === token.length &&
		timingSafeEqual(Buffer.from(signature), Buffer.from(token))
	);
}
