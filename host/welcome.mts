import type { Demo } from './demo.mts';

/** What `npm start` prints when everything is ready. */
export function welcome({ n8n, sandbox, owner, account }: Demo): string {
	const password = account ? owner.password : 'the password that you chose';
	return `
n8n ${n8n.version} is running, with the Flux 2 nodes installed.

  1. Open      ${account?.firstWorkflowUrl ?? n8n.url}
     Log in    ${owner.email}
     Password  ${password}
  2. Press "Execute workflow". It takes 3 to 8 seconds.
  3. Open the node "Flux 2 Image". In its output, press "View".

The images come from a sandbox on this machine, which charges nothing:

     Base URL  ${sandbox.url}
     API key   ${sandbox.apiKey}

The credential "API in One account" uses it. For real images, enter your own API key there, and the
base URL https://apiin.one.

Ctrl-C stops everything. Your workflows are kept for the next start.
`;
}
