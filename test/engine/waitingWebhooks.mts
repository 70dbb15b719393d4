import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
	INodeExecutionData,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { Attendance } from './attendance.mts';
import type { Executions, Row } from './executions.mts';
import { likeExpress } from './likeExpress.mts';
import type { NodeTypes } from './nodeTypes.mts';
import { callWebhook, refuse, webhooksOf } from './webhookCall.mts';
import { openWorkflow } from './workflow.mts';

export const waitingPath = '/webhook-waiting/';

/** n8n's `/webhook-waiting/{execution}`: a ring at an execution, whether it waits or not. */
export class WaitingWebhooks {
	constructor(
		private readonly executions: Executions,
		private readonly types: NodeTypes,
		private readonly additionalData: (executionId: string) => IWorkflowExecuteAdditionalData,
		private readonly attendance: Attendance,
	) {}

	readonly answer = async (
		request: IncomingMessage,
		response: ServerResponse,
		url: URL,
	): Promise<void> => {
		const [id = '', suffix = ''] = url.pathname.slice(waitingPath.length).split('/');
		const answer = likeExpress(response);
		const row = this.executions.find(id);
		if (row === undefined) {
			refuse(answer, 404, `The execution "${id}" does not exist.`, 404);
			return;
		}
		const data = this.executions.read(row);
		if (data.resumeToken && !isToken(url.searchParams.get('signature'), data.resumeToken)) {
			answer.status(401).json({ error: 'Invalid token' });
		} else if (row.status === 'running') {
			refuse(answer, 409, `The execution "${id}" is running already.`, 409);
		} else if (data.resultData.error !== undefined) {
			refuse(answer, 409, `The execution "${id}" has finished with error.`, 409);
		} else if (row.status !== 'waiting') {
			refuse(answer, 409, `The execution "${id} has finished already.`, 409);
		} else await this.ring(row, data, suffix, request, response, url);
	};

	private async ring(
		row: Row,
		data: IRunExecutionData,
		suffix: string,
		request: IncomingMessage,
		response: ServerResponse,
		url: URL,
	): Promise<void> {
		const resuming = data.executionData!.nodeExecutionStack[0]!;
		const last = data.resultData.lastNodeExecuted ?? '';
		// Disabled, the node passes on what it is given: that is how its output becomes what its
		// `webhook()` returned.
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
			const what = 'does not contain a waiting webhook with a matching path/method.';
			refuse(likeExpress(response), 404, `The workflow for execution "${row.id}" ${what}`, 404);
			return;
		}
		const start = (items: INodeExecutionData[][], error?: Error) => {
			resuming.data.main = items;
			resuming.metadata = { ...resuming.metadata, forwardAllOutputs: true } as never;
			if (error !== undefined) {
				// All results so far are lost, and one empty item goes on to the nodes behind.
				const shown = { ...error, message: error.message, stack: error.stack } as never;
				data.resultData = { runData: {}, lastNodeExecuted: last, error: shown };
			}
			this.executions.resume(row, data);
		};
		const { attendance } = this;
		const given = { workflow, webhook, additionalData, attendance };
		const call = { ...given, mode: row.mode, waiting: data, start };
		await callWebhook(call, request, response, url);
	}
}

function isToken(given: string | null, token: string): boolean {
	return given?.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
}
