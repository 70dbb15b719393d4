// Judges the package as n8n's verification does: the official scanner's analysis of the packed files
// and of the sources, and what the tarball holds.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import {
	SOURCE_FILE_PATTERNS,
	analyzePackage,
	buildScanConfig,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';
import { packPackage } from '../host/pack.mts';
import { root } from '../host/places.mts';

const maxKilobytes = 60;
// The two passes of the official scanner's own `analyzePackageByName`.
const packedFilePatterns = ['**/*.js', 'package.json'];

const findings: string[] = [];
const tarball = await packPackage();
const folder = await mkdtemp(join(tmpdir(), 'flux2-scan-'));
try {
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);

	const files = await filesOf(folder);
	const strangers = files.filter(
		(file) => !/^(dist\/.+|LICENSE|README\.md|package\.json)$/.test(file),
	);
	if (strangers.length > 0)
		findings.push(`The tarball holds files that do not belong in it: ${strangers.join(', ')}`);
	const kilobytes = (await stat(tarball)).size / 1000;
	if (kilobytes > maxKilobytes)
		findings.push(`The tarball is ${kilobytes.toFixed(1)} kB; ${maxKilobytes} kB are the limit.`);

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

async function filesOf(directory: string): Promise<string[]> {
	const entries = await readdir(directory, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
		.sort();
}

/** Returns the number of warnings, which the official verdict does not mention. */
async function analyze(what: string, directory: string, patterns: string[]): Promise<number> {
	const verdict = await analyzePackage(directory, patterns);
	// Its "no files found" is a pass with a message.
	if (!verdict.passed || verdict.message !== undefined)
		findings.push(`${what}: ${verdict.message}\n${verdict.details ?? ''}`);

	const eslint = new ESLint({
		cwd: directory,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(patterns);
	const warnings = results.reduce((sum, { warningCount }) => sum + warningCount, 0);
	if (verdict.passed && warnings > 0)
		console.log(await (await eslint.loadFormatter('stylish')).format(results));
	return warnings;
}
