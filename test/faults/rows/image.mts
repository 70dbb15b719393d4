import { allItems } from '../scene.mts';
import { type Chapter, type Fault, images } from '../fault.mts';

/** The file comes after all. */
const fetched = (fault: string, words: string): Fault => ({
	fault,
	prompts: [`A red fox ${words}`],
	outcome: images(1),
});

/** The file does not come: its link stays, and the item says why. */
const linked = (fault: string, words: string, why: RegExp): Fault => ({
	fault,
	prompts: [`A red fox ${words}`, 'A blue owl'],
	outcome: { ...images(2), out: ['link', 'image'] },
	says: [/is ready but could not be downloaded/, why, /1 .*could not be downloaded/],
	also: (_scene, [result]) => {
		expect(result?.items[0]?.json.imageUrl).toMatch(/^http:.*\/images\/\w+\.png$/);
		expect(result?.items[0]?.binary).toBeUndefined();
	},
});

export const image: Chapter = {
	title: 'Downloading the image',
	faults: [
		linked('the link of the image has expired (403)', '[image: 403]', /403; it may have expired/),
		linked('the link of the image has expired (404)', '[image: 404]', /404; it may have expired/),
		linked('the link of the image has expired (410)', '[image: 410]', /410; it may have expired/),
		linked('the image is answered with 500 each time', '[image: 500]', /answered 500/),
		linked('the image is reset each time', '[image: reset]', /broke off/),
		linked('the image is never answered', '[image: silence]', /broke off/),
		linked('the image is cut short each time', '[image: half a body]', /broke off/),
		linked('a web page comes in place of the image', '[image: html]', /no image \(text\/html\)/),
		linked('the image has 0 bytes', '[image: empty]', /empty/),
		linked('the image has 101 MB', '[image: huge]', /larger than 100 MB/),
		linked('the image has 101 MB and does not say so', '[image: huge unsized]', /larger than 100/),
		linked('the image is redirected to itself for ever', '[image: redirect loop]', /broke off/),
		fetched('the image is answered with 500 once', '[image: 500 once]'),
		fetched('the image is unknown at first', '[image: 404 once]'),
		fetched('the image is reset once', '[image: reset once]'),
		fetched('the image is cut short once', '[image: half a body once]'),
		fetched('the image is empty once', '[image: empty once]'),
		fetched('half of the image comes 20 seconds late', '[image: slow]'),
		fetched('the image says to be just bytes', '[image: octet-stream]'),
		fetched('the image does not say what it is', '[image: no type]'),
		fetched('the image says to be a text', '[image: wrong type]'),
		fetched('the image has moved', '[image: redirect]'),
		fetched('the URL of the image has a comma in it', '[image: comma in the url]'),
		...[
			linked(
				'the image has 101 MB, and n8n keeps files in memory',
				'[image: huge unsized]',
				/100 MB/,
			),
			linked(
				'the image is cut short, and n8n keeps files in memory',
				'[image: half a body]',
				/broke/,
			),
			fetched('half of the image comes late, and n8n keeps files in memory', '[image: slow]'),
		].map((fault): Fault => ({ ...fault, n8n: { binaryMode: 'default' } })),
		{
			fault: 'the image is redirected to another host',
			prompts: ['A red fox [image: redirect elsewhere]'],
			outcome: images(1),
			also: ({ elsewhere }) => {
				expect(elsewhere.strays).toHaveLength(1);
				expect(elsewhere.strays[0]?.headers.authorization).toBeUndefined();
			},
		},
		{
			fault: 'the image is on another host, which redirects to a file of this machine',
			prompts: ['A red fox'],
			between: ({ step, body }) => {
				const { data } = body as { data: { status: string } };
				if (step === 'create' || data.status !== 'SUCCESS') return undefined;
				return { body: { data: { ...data, response: [`${elsewhereUrl}/to-file`] } } };
			},
			act: async (scene) => {
				elsewhereUrl = scene.elsewhere.url;
				return [await scene.start()];
			},
			outcome: { ...images(1), out: ['link'] },
			says: [/could not be downloaded/],
			also: ({ elsewhere }) => expect(elsewhere.strays.length).toBeGreaterThan(0),
		},
		{
			fault: 'the URL of the image is not http',
			prompts: ['A red fox [image: ftp]'],
			outcome: { ...images(1), out: [], status: 'error' },
			says: [/names no image \(task n41\w+\)/],
		},
		{
			fault: 'one of three images of a task has expired',
			prompts: ['A red fox [task: 3 images] [image: 410 once]'],
			outcome: { ...images(1), out: ['2 images'] },
			says: [/410; it may have expired/],
			also: (_scene, [result]) => expect(result?.items[0]?.json.imageUrls).toHaveLength(3),
		},
		{
			fault: 'the file name that the user gives leads out of the folder',
			prompts: ['A red fox'],
			sketch: { parameters: { options: { fileName: '../../etc/{taskId}\u0000<x>' } } },
			outcome: images(1),
			also: (_scene, [result]) =>
				expect(allItems(result!)[0]?.binary?.data?.fileName).toMatch(/^etc-n41\w+-x-\.png$/),
		},
	],
};

let elsewhereUrl = '';
