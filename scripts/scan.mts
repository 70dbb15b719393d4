// `npm run scan`: checks the package as n8n's verification does, with the official scanner's analysis
// of the packed files and of the sources, and checks the tarball's files and size.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
	SOURCE_FILE_PATTERNS,
	analyzePackage,
	buildScanConfig,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';
import { glob } from 'tinyglobby';
import { packPackage } from '../host/pack.mts';
import { root } from '../host/paths.mts';

const maxKilobytes = 64;
// The two passes of the official scanner's own `analyzePackageByName`.
const packedFilePatterns = ['**/*.js', 'package.json'];

const findings: string[] = [];
const tarball = await packPackage();
const folder = await mkdtemp(join(tmpdir(), 'flux2-scan-'));
try {
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);

	const files = await glob('**', { cwd: folder, dot: true });
	const unexpected = files.filter(
		(file) => !/^(dist\/.+|LICENSE|README\.md|package\.json)$/.test(file),
	);
	if (unexpected.length > 0)
		findings.push(`The tarball contains files that do not belong in it: ${unexpected.join(', ')}`);
	const kilobytes = (await stat(tarball)).size / 1000;
	if (kilobytes > maxKilobytes)
		findings.push(`The tarball has ${kilobytes.toFixed(1)} kB; the limit is ${maxKilobytes} kB.`);

	const warnings =
		(await analyze('The packed files', folder, packedFilePatterns)) +
		(await analyze('The sources', root, SOURCE_FILE_PATTERNS));

	for (const finding of findings) console.error(`\n${finding}`);
	console.log(
		`\nScan ${findings.length === 0 ? 'passed' : 'failed'}: ${files.length} files, ${kilobytes.toFixed(1)} kB packed, ${warnings} warnings.`,
	);
	process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
	await rm(folder, { recursive: true });
}

/** Returns the number of warnings, which the official result leaves out. */
async function analyze(what: string, directory: string, patterns: string[]): Promise<number> {
	const result = await analyzePackage(directory, patterns);
	// "No files found" is reported as passed, with a message.
	if (!result.passed || result.message !== undefined)
		findings.push(`${what}: ${result.message}\n${result.details ?? ''}`);

	const eslint = new ESLint({
		cwd: directory,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(patterns);
	const warnings = results.reduce((sum, { warningCount }) => sum + warningCount, 0);
	if (result.passed && warnings > 0)
		console.log(await (await eslint.loadFormatter('stylish')).format(results));
	return warnings;
}
