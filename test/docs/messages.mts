import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A sentence of the product as its source has it: the fixed words between what is filled in. */
export interface Message {
	file: string;
	pieces: string[];
}

/** Shorter pieces, such as "at least", stand between two values and say nothing by themselves. */
const FEWEST_WORDS = 3;

const wordsOf = (text: string): number =>
	text.split(/\s+/).filter((word) => /\w{2}/.test(word)).length;

/** The fixed pieces of an expression that makes a text. */
function piecesOf(node: ts.Node): string[] {
	const pieces: string[] = [];
	const visit = (at: ts.Node): void => {
		if (ts.isStringLiteral(at) || ts.isNoSubstitutionTemplateLiteral(at)) pieces.push(at.text);
		else if (ts.isTemplateHead(at) || ts.isTemplateMiddle(at) || ts.isTemplateTail(at))
			pieces.push(at.text);
		ts.forEachChild(at, visit);
	};
	visit(node);
	return pieces.map((piece) => piece.trim()).filter((piece) => wordsOf(piece) >= FEWEST_WORDS);
}

/** The first argument of these is the sentence, or the one at the place given. */
const SPEAKERS: Readonly<Record<string, number>> = { refuse: 0, tell: 1, DownloadError: 0 };

function spokenIn(node: ts.Node): ts.Node | undefined {
	if (ts.isPropertyAssignment(node) && node.name.getText() === 'problem') return node.initializer;
	if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
	const place = SPEAKERS[node.expression.getText()];
	return place === undefined ? undefined : node.arguments?.[place];
}

/** Every sentence of one source file that a user may read after a run. */
function messagesIn(file: string): Message[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.ES2022,
		true,
	);
	// These files hold nothing but sentences.
	if (/sentences\.ts$/.test(file)) return [{ file, pieces: piecesOf(source) }];
	const found: Message[] = [];
	const visit = (node: ts.Node): void => {
		const spoken = spokenIn(node);
		const pieces = spoken === undefined ? [] : piecesOf(spoken);
		if (pieces.length > 0) found.push({ file, pieces });
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** Every sentence of the nodes and of the credential's test that a user may read after a run. */
export const messages = (folder: string): Message[] =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.sort()
		.flatMap((file) => messagesIn(join(folder, file)));
