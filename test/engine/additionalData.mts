import type { ICredentialsHelper, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

/** What n8n gives each run besides the workflow: the credentials, and n8n's URLs. */
export function makeAdditionalData(
	base: string,
	credentialsHelper: ICredentialsHelper,
	executionId?: string,
): IWorkflowExecuteAdditionalData {
	return {
		executionId,
		credentialsHelper,
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: `${base}rest`,
		instanceBaseUrl: base,
		webhookBaseUrl: `${base}webhook`,
		webhookWaitingBaseUrl: `${base}webhook-waiting`,
		webhookTestBaseUrl: `${base}webhook-test`,
		formBaseUrl: `${base}form`,
		formWaitingBaseUrl: `${base}form-waiting`,
		formTestBaseUrl: `${base}form-test`,
		mcpBaseUrl: `${base}mcp`,
		mcpTestBaseUrl: `${base}mcp-test`,
		executeWorkflow: notSupported,
		getRunExecutionData: notSupported,
		getRuntimeCredential: notSupported,
		startRunnerTask: notSupported,
		logAiEvent: () => {},
		externalSecretsProxy: undefined as never,
	};
}

async function notSupported(): Promise<never> {
	throw new Error('The test engine does not support this');
}
