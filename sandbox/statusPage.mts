import type { FastifyInstance } from 'fastify';
import type { Billing } from './billing.mts';
import { FAULTS } from './faults.mts';
import { faultlessPath } from './imageRoute.mts';
import type { SandboxTask } from './task.mts';
import type { TaskStore } from './taskStore.mts';

const MAX_SHOWN = 24;

const STYLE = `
	body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c28; background: #fafafc }
	code { font-size: .9em; background: #ececf3; padding: .1em .35em; border-radius: .3em }
	.tasks { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1rem }
	.task { background: #fff; border: 1px solid #e2e2ec; border-radius: .7rem; overflow: hidden; font-size: .85rem }
	.task img { display: block; width: 100%; height: 10rem; object-fit: cover }
	.task p { margin: .5rem .75rem; overflow-wrap: anywhere }
	.failed { color: #b3261e } .succeeded { color: #146c2e }
	td { padding: .2rem .8rem .2rem 0; vertical-align: top } td:first-child { white-space: nowrap }`;

/** `GET /`: tasks, balance and faults, for a person who opens the sandbox in a browser. */
export function statusPage(
	app: FastifyInstance,
	{ taskStore, billing, apiKey }: { taskStore: TaskStore; billing: Billing; apiKey: string },
): void {
	app.get('/', async (_request, reply) => {
		const newest = [...taskStore.tasks.values()].slice(-MAX_SHOWN).reverse();
		return reply.type('text/html; charset=utf-8').send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>API in One, sandbox</title><style>${STYLE}</style></head>
<body>
<h1>API in One, sandbox</h1>
<p>Key <code>${escape(apiKey)}</code> · balance <b>${billing.balance}</b> credits ·
${billing.creates} tasks, ${billing.creditsCharged} credits charged, ${billing.creditsRefunded} refunded</p>
<h2>Newest tasks</h2>
<div class="tasks">${newest.map(card).join('') || '<p>None yet.</p>'}</div>
<h2>Faults</h2>
<p>Write them into a prompt, for example <code>a red fox [poll: 500 x2] [image: 404 once]</code>.
<code>x2</code> is “the first two attempts”; <code>&lt;status&gt;</code> is any HTTP status from 400 to 599.</p>
<table>${FAULTS.map(
			({ target, kind, description }) =>
				`<tr><td><code>${escape(`[${target}: ${kind}]`)}</code></td><td>${escape(description)}</td></tr>`,
		).join('')}</table>
</body></html>`);
	});
}

function card(task: SandboxTask): string {
	const image = task.state === 'succeeded' ? task.imageUrls[0] : undefined;
	const source = image && faultlessPath(image);
	return `<div class="task">${source ? `<a href="${source}"><img loading="lazy" alt="" src="${source}"></a>` : ''}
<p><b class="${task.state}">${task.state}</b> · ${task.charged - task.refunded} credits</p>
<p>${escape(task.failure?.reason ?? task.failure?.statusWord ?? '')}</p>
<p>${escape(task.prompt.slice(0, 200))}</p><p><code>${escape(task.id)}</code></p></div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
};
const escape = (text: string): string =>
	text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
