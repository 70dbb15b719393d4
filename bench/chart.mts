import type { ComparisonRow } from './comparison.mts';
import { type LimitedRow, VARIANT_NAMES } from './limited.mts';
import { imageCount, s } from './resultLine.mts';
import { TASK_SECONDS, type ThroughputRow } from './throughput.mts';

/** The rows that it shows. */
export interface ChartRows {
	throughput: ThroughputRow[];
	loopSeconds: number;
	comparison: ComparisonRow[];
	limited: LimitedRow[];
}

interface Panel {
	title: string;
	bars: Array<{ name: string; value: number; label: string }>;
}

const WIDTH = 860;
const BAR_START = 260;
const MAX_BAR_LENGTH = 330;
const BAR_HEIGHT = 18;
const BAR_STEP = 26;
const OURS = 'this node';

const timeBar = (name: string, value = 0) => ({ name, value, label: s(value) });

const escaped = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const panelsOf = ({ throughput, loopSeconds, comparison, limited }: ChartRows): Panel[] => [
	{
		title: `10 images, each of which takes the service ${TASK_SECONDS} s`,
		bars: [
			timeBar(OURS, throughput.find(({ images }) => images === 10)?.seconds),
			timeBar('one after another, polled every 2 s', loopSeconds),
		],
	},
	{
		title:
			"Images of 3 to 8 s in a real n8n: this node and a workflow of n8n's own nodes (medians)",
		bars: comparison.flatMap(({ images, ours, stock }) => [
			timeBar(`${imageCount(images)}: ${OURS}`, ours.median),
			timeBar('stock workflow', stock.median),
		]),
	},
	{
		title: 'Of 50 images, how many came where the service accepts 20 creates per 10 s',
		bars: limited.map(({ variant, received, images, created, seconds, status }) => {
			const end = { success: s(seconds), error: 'failed', stopped: 'polled until stopped' }[status];
			const label = `${received} of ${images}, ${created} paid for, ${end}`;
			return { name: VARIANT_NAMES[variant], value: received, label };
		}),
	},
];

function drawPanel({ title, bars }: Panel, top: number): string {
	const longest = Math.max(...bars.map(({ value }) => value));
	const lines = bars.map(({ name, value, label }, index) => {
		const y = top + 14 + index * BAR_STEP;
		const baseline = y + BAR_HEIGHT / 2 + 4;
		const length = Math.max(2, (value / longest) * MAX_BAR_LENGTH);
		return `<text x="${BAR_START - 10}" y="${baseline}" text-anchor="end">${escaped(name)}</text>
<rect class="${name.endsWith(OURS) ? 'ours' : 'other'}" x="${BAR_START}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="3"/>
<text x="${(BAR_START + length + 8).toFixed(1)}" y="${baseline}">${escaped(label)}</text>`;
	});
	return [`<text class="title" x="0" y="${top}">${escaped(title)}</text>`, ...lines].join('\n');
}

/** The chart as SVG. Its colors follow the reader's light or dark page. */
export function chartOf(rows: ChartRows, caption: string): string {
	let top = 24;
	const panels = panelsOf(rows).map((panel) => {
		const drawn = drawPanel(panel, top);
		top += 14 + panel.bars.length * BAR_STEP + 26;
		return drawn;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 0 ${WIDTH} ${top + 8}" width="${WIDTH}" height="${top + 8}" role="img" aria-label="How fast the Flux 2 node is, and how many images come under a rate limit">
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
${panels.join('\n')}
<text class="caption" x="0" y="${top}">${escaped(caption)}</text>
</svg>
`;
}
