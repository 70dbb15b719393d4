import { relative } from 'node:path';
import { isLoopback } from '../nodes/Flux2/transport/reachability.ts';
import { root } from '../host/paths.mts';
import { compare } from './compare.mts';
import { findingsOf, type Finding } from './findings.mts';
import type { Recording } from './recording.mts';
import { replay } from './replay.mts';

const line = ({ question, answer }: Finding): string => `  ${question}: ${answer}`;

/** What a recording settles, and how it differs from the sandbox, in plain words. */
export async function reportOf(recording: Recording, sandbox: Recording): Promise<string> {
	const findings = findingsOf(recording, await replay(recording));
	const settled = findings.filter((finding) => finding.settled);
	const open = findings.filter((finding) => !finding.settled);
	const local = isLoopback(recording.service)
		? ' (by a server on this machine: it says nothing about API in One)'
		: '';
	return [
		`What is settled now${local}`,
		...settled.map(line),
		'',
		'What is still open',
		...open.map(line),
		'',
		'Compared with the sandbox, field by field',
		...differences(recording, sandbox),
	].join('\n');
}

function differences(recording: Recording, sandbox: Recording): string[] {
	return compare(recording, sandbox).flatMap(({ of, onlyHere, onlySandbox, differs }) => {
		if (onlyHere.length + onlySandbox.length + differs.length === 0) return `  ${of}: the same`;
		const part = (title: string, fields: string[]) =>
			fields.length === 0 ? [] : [`    ${title} ${fields.join(', ')}`];
		return [
			`  ${of}`,
			...part('only here:', onlyHere),
			...part('only in the sandbox:', onlySandbox),
			...differs.map((one) => `    ${one}`),
		];
	});
}

/** A path as it is short to type. */
export function shortPath(path: string): string {
	const short = relative(root, path);
	return short.startsWith('..') ? path : short;
}
