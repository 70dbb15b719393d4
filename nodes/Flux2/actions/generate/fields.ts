import type { INodeProperties } from 'n8n-workflow';
import {
	MODES,
	priceOf,
	PROMPT_LENGTH,
	RESOLUTIONS,
	USD_PER_CREDIT,
	type Mode,
	type Resolution,
} from '../../api/contract';
import { downloadFields } from '../downloadFields';
import { referenceImagesField } from './referenceImages';

const REQUESTS = ['edit', 'estimate', 'generate'];
const CREATES = ['edit', 'generate'];

const showForRequests = { show: { operation: REQUESTS } };
const showForCreates = { show: { operation: CREATES } };

/** Not `toLocaleString`: that loads tables of all languages, for 16 ms of n8n's start. */
const withCommas = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const credits = (mode: Mode): string =>
	RESOLUTIONS.map((resolution) => `${priceOf(mode, resolution)} credits (${resolution})`).join(
		' or ',
	);

function priceText(mode: Mode, resolution: Resolution): string {
	const price = priceOf(mode, resolution);
	const pro = priceOf('pro', resolution);
	const comparison = price > pro ? `. Pro costs ${pro} credits.` : '';
	return `Estimated cost: ${price} credits per image (about $${(price * USD_PER_CREDIT).toFixed(2)})${comparison}`;
}

/** One line for each price, so that the price of what is chosen is always visible. */
const priceNotices: INodeProperties[] = MODES.flatMap((mode) =>
	RESOLUTIONS.map((resolution) => ({
		displayName: priceText(mode, resolution),
		name: `price_${mode}_${resolution}`,
		type: 'notice' as const,
		default: '',
		displayOptions: { show: { operation: REQUESTS, mode: [mode], resolution: [resolution] } },
	})),
);

/** The fields of Generate Image, Edit Image and Estimate Cost. */
export const generateFields: INodeProperties[] = [
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. A red bicycle leaning against a blue wall in the morning light',
		description: `Description of the image to generate, ${PROMPT_LENGTH.min} to ${withCommas(PROMPT_LENGTH.max)} characters`,
		displayOptions: showForRequests,
	},
	{
		...referenceImagesField,
		// With a plain "operation" here, n8n's editor empties this field whenever the operation is changed.
		displayOptions: { show: { '/operation': REQUESTS } },
	},
	{
		// Of an AI node, n8n lists the options of its first field called "mode" as actions. This one has none.
		displayName: 'Mode',
		name: 'mode',
		type: 'hidden',
		default: 'pro',
		displayOptions: { show: { operation: ['getTask'] } },
	},
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		default: 'pro',
		options: [
			{
				name: 'Pro',
				value: 'pro',
				description: `The default. ${credits('pro')} per image.`,
			},
			{
				name: 'Flex',
				value: 'flex',
				description: `Faster, according to API in One. ${credits('flex')} per image.`,
			},
		],
		description: 'Flux 2 model to use',
		displayOptions: showForRequests,
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
		description: 'Size of the generated image',
		displayOptions: showForRequests,
	},
	...priceNotices,
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		default: '1:1',
		options: [
			{ name: 'Auto', value: 'auto', description: 'Match the first reference image' },
			{ name: 'Landscape (4:3)', value: '4:3' },
			{ name: 'Photo (3:2)', value: '3:2' },
			{ name: 'Portrait (3:4)', value: '3:4' },
			{ name: 'Square (1:1)', value: '1:1' },
			{ name: 'Story (9:16)', value: '9:16' },
			{ name: 'Tall Photo (2:3)', value: '2:3' },
			{ name: 'Widescreen (16:9)', value: '16:9' },
		],
		description: 'Shape of the image. To use another ratio, switch to Expression, such as 4:5.',
		displayOptions: showForRequests,
	},
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
					'Needs an n8n that the internet can reach. Pauses the execution until API in One calls back.',
			},
			{
				name: 'Image',
				value: 'image',
				description: 'Works everywhere. Checks until the image is ready, then continues.',
			},
			{
				name: 'Nothing',
				value: 'nothing',
				description: 'Starts the image and continues immediately with its task ID',
			},
		],
		description: 'When to continue the workflow',
		displayOptions: showForCreates,
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…/flux2',
		description:
			'Production URL of a Flux 2 Trigger. Its workflow runs when the image is ready, even if this execution is interrupted.',
		displayOptions: { show: { operation: CREATES, waitFor: ['image', 'nothing'] } },
	},
	...downloadFields({ show: { operation: CREATES, waitFor: ['image', 'callback'] } }),
];
