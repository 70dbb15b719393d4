const { dest, src, watch } = require('gulp');

const files = [
	'nodes/**/*.{svg,png,node.json}',
	'nodes/**/__schema__/**/*.json',
	'credentials/**/*.svg',
];

// tsc writes only JavaScript; n8n also loads a node's codex (*.node.json), icons and output schemas.
function assets() {
	return src(files, { base: '.', encoding: false }).pipe(dest(process.env.OUT_DIR ?? 'dist'));
}

exports.default = assets;
exports.watch = () => watch(files, assets);
