import { count, type Measured, WHO } from './findings.mts';
import { TASK_SECONDS } from './lanes.mts';

interface Bar {
	label: string;
	value: number;
	/** Behind the bar. */
	words: string;
	isOurs: boolean;
}

interface Panel {
	title: string;
	/** What a full bar stands for. */
	full: number;
	bars: Bar[];
}

const WIDTH = 860;
const LABELS = 260;
const LONGEST = 330;
const BAR = 18;
const STEP = 26;

const s = (seconds: number): string => `${seconds.toFixed(1)} s`;

const escaped = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function speedPanel({ lanes, loopSeconds = 0 }: Measured): Panel {
	const seconds = lanes.find(({ images }) => images === 10)?.seconds ?? 0;
	return {
		title: `10 images, each of which takes the service ${TASK_SECONDS} s`,
		full: loopSeconds,
		bars: [
			{ label: 'this node', value: seconds, words: s(seconds), isOurs: true },
			{
				label: 'one after another, a look every 2 s',
				value: loopSeconds,
				words: s(loopSeconds),
				isOurs: false,
			},
		],
	};
}

function besidePanel({ beside }: Measured): Panel {
	return {
		title: 'Images of 3 to 8 s in a real n8n, beside a workflow of its own nodes (medians)',
		full: Math.max(...beside.flatMap(({ ours, stock }) => [ours.median, stock.median])),
		bars: beside.flatMap(({ images, ours, stock }) => {
			return [
				{
					label: `${count(images)}: this node`,
					value: ours.median,
					words: s(ours.median),
					isOurs: true,
				},
				{ label: 'stock workflow', value: stock.median, words: s(stock.median), isOurs: false },
			];
		}),
	};
}

function limitedPanel({ limited }: Measured): Panel {
	return {
		title: 'Of 50 images, how many came where the service takes 20 orders per 10 s',
		full: 50,
		bars: limited.map(({ who, delivered, images, bought, ran }) => ({
			label: WHO[who],
			value: delivered,
			words: `${delivered} of ${images}, ${bought} paid for, ${
				{ success: `${s(ran.seconds)}`, error: 'failed', stopped: 'looped until stopped' }[ran.end]
			}`,
			isOurs: who === 'ours',
		})),
	};
}

function drawPanel(panel: Panel, top: number): { svg: string; bottom: number } {
	const lines = [`<text class="title" x="0" y="${top}">${escaped(panel.title)}</text>`];
	let y = top + 14;
	for (const { label, value, words, isOurs } of panel.bars) {
		const length = Math.max(2, (value / panel.full) * LONGEST);
		const middle = y + BAR / 2 + 4;
		lines.push(
			`<text x="${LABELS - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
			`<rect class="${isOurs ? 'ours' : 'other'}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="3"/>`,
			`<text x="${(LABELS + length + 8).toFixed(1)}" y="${middle}">${escaped(words)}</text>`,
		);
		y += STEP;
	}
	return { svg: lines.join('\n'), bottom: y };
}

/** Draws what was measured. Its colours follow the reader's light or dark page. */
export function chartOf(measured: Measured, caption: string): string {
	const drawn: string[] = [];
	let top = 24;
	for (const panel of [speedPanel(measured), besidePanel(measured), limitedPanel(measured)]) {
		const { svg, bottom } = drawPanel(panel, top);
		drawn.push(svg);
		top = bottom + 26;
	}
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 0 ${WIDTH} ${top + 8}" width="${WIDTH}" height="${top + 8}" role="img" aria-label="How fast the Flux 2 node is, and what comes under a rate limit">
<style>
text { font: 13px system-ui, sans-serif; fill: #3d434d; }
.title { font-weight: 600; fill: #1a1d23; }
.caption { font-size: 11px; fill: #6b7280; }
.ours { fill: #e8590c; }
.other { fill: #9aa3af; }
@media (prefers-color-scheme: dark) {
text { fill: #c3c9d2; }
.title { fill: #f0f2f5; }
.caption { fill: #8b93a0; }
.ours { fill: #ff8c42; }
.other { fill: #6b7480; }
}
</style>
${drawn.join('\n')}
<text class="caption" x="0" y="${top}">${escaped(caption)}</text>
</svg>
`;
}
