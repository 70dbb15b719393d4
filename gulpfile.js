const { Transform } = require('node:stream');
const { dest, parallel, src, watch } = require('gulp');

const outDir = process.env.OUT_DIR ?? 'dist';

const files = [
	'nodes/**/*.{svg,png,node.json}',
	'nodes/**/__schema__/**/*.json',
	'credentials/**/*.svg',
];

// tsc writes only JavaScript; n8n also loads a node's codex (*.node.json), icons and output schemas.
function assets() {
	return src(files, { base: '.', encoding: false }).pipe(dest(outDir));
}

const tabbed = (code) => code.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4));

// tsc always indents with four spaces. With tabs, as in the sources, the package is 2 % smaller.
function indentation() {
	const transform = (file, _encoding, done) => {
		file.contents = Buffer.from(tabbed(file.contents.toString()));
		done(null, file);
	};
	return src(`${outDir}/**/*.js`)
		.pipe(new Transform({ objectMode: true, transform }))
		.pipe(dest(outDir));
}

exports.default = parallel(assets, indentation);
exports.watch = () => watch(files, assets);
