import type { INodeProperties } from 'n8n-workflow';
import {
	MODES,
	priceOf,
	PROMPT_LENGTH,
	RESOLUTIONS,
	type Mode,
	type Resolution,
} from '../../api/contract';
import { downloadFields } from '../downloadFields';
import { referenceImagesField } from './referenceImages';

const shownFor = { show: { operation: ['generate'] } };

const credits = (mode: Mode): string =>
	RESOLUTIONS.map((resolution) => `${priceOf(mode, resolution)} credits at ${resolution}`).join(
		', ',
	);

function priceSentence(mode: Mode, resolution: Resolution): string {
	const price = priceOf(mode, resolution);
	const pro = priceOf('pro', resolution);
	const compare = price > pro ? ` In mode Pro it costs ${pro}.` : '';
	return `By the price list one image costs ${price} credits (about $${(price / 100).toFixed(2)}).${compare}`;
}

/** One line for each price, so that the price of what is chosen is always in sight. */
const priceNotices: INodeProperties[] = MODES.flatMap((mode) =>
	RESOLUTIONS.map((resolution) => ({
		displayName: priceSentence(mode, resolution),
		name: `price_${mode}_${resolution}`,
		type: 'notice' as const,
		default: '',
		displayOptions: { show: { operation: ['generate'], mode: [mode], resolution: [resolution] } },
	})),
);

export const generateFields: INodeProperties[] = [
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. A red bicycle leaning on a blue wall, morning light',
		description: `What the image shows, in ${PROMPT_LENGTH.min} to ${PROMPT_LENGTH.max} characters`,
		displayOptions: shownFor,
	},
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		default: 'pro',
		options: [
			// n8n lists the options of a field called "mode" among the actions of the node.
			{
				name: 'Pro',
				value: 'pro',
				action: 'Generate an image in mode pro',
				description: `${credits('pro')} by the price list`,
			},
			{
				name: 'Flex',
				value: 'flex',
				action: 'Generate an image in mode flex',
				description: `${credits('flex')} by the price list`,
			},
		],
		description: 'Which Flux 2 model makes the image',
		displayOptions: shownFor,
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '1K',
		options: [
			{ name: '1K', value: '1K', description: 'About 1 megapixel' },
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
		],
		description: 'How large the image is',
		displayOptions: shownFor,
	},
	...priceNotices,
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		default: '1:1',
		options: [
			{ name: '1:1 Square', value: '1:1' },
			{ name: '16:9 Widescreen', value: '16:9' },
			{ name: '2:3 Photo Upright', value: '2:3' },
			{ name: '3:2 Photo', value: '3:2' },
			{ name: '3:4 Portrait', value: '3:4' },
			{ name: '4:3 Landscape', value: '4:3' },
			{ name: '9:16 Story', value: '9:16' },
			{
				name: 'Auto',
				value: 'auto',
				description: 'Like the first reference image, so it needs one',
			},
		],
		description: 'Shape of the image. By expression any width:height can be given.',
		displayOptions: shownFor,
	},
	{ ...referenceImagesField, displayOptions: shownFor },
	{
		displayName: 'Wait For',
		name: 'waitFor',
		type: 'options',
		default: 'image',
		options: [
			{
				name: 'Callback',
				value: 'callback',
				description:
					'Park the execution, free the worker, and go on when the service calls back. At the time limit the items go on as pending. This n8n must be reachable from the internet.',
			},
			{
				name: 'Image',
				value: 'image',
				description: 'Look until the image is ready, then go on with it',
			},
			{
				name: 'Nothing',
				value: 'nothing',
				description: 'Order the image and go on at once with the task ID',
			},
		],
		description: 'What to wait for before the workflow goes on',
		displayOptions: shownFor,
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…/flux2',
		description:
			'Production URL of a Flux 2 Trigger, which starts its workflow when the image is ready. A safety net when this node waits for the image too.',
		displayOptions: { show: { operation: ['generate'], waitFor: ['image', 'nothing'] } },
	},
	...downloadFields({ show: { operation: ['generate'], waitFor: ['image', 'callback'] } }),
];
