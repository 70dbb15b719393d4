import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../host/paths.mts';

interface Codex {
	categories: string[];
	subcategories?: Record<string, string[]>;
	alias: string[];
}

test.each(['Flux2.node.json', 'Flux2Trigger.node.json'])(
	"%s can be found in n8n's node panel",
	(file) => {
		const codex = JSON.parse(readFileSync(join(root, 'nodes', 'Flux2', file), 'utf8')) as Codex;
		expect(codex.alias).toContain('flux');
		// n8n 2 leaves nodes of the category "AI" out of the search unless they are root nodes.
		if (codex.categories.includes('AI')) expect(codex.subcategories?.AI).toContain('Root Nodes');
	},
);
