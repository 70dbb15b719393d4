const { dest, src } = require('gulp');

// tsc writes only JavaScript; n8n also loads a node's codex (*.node.json) and icons from dist.
function assets() {
	return src(['nodes/**/*.{svg,png,node.json}', 'nodes/**/__schema__/**/*.json', 'credentials/**/*.svg'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));
}

exports.default = assets;
