import { allItems } from '../scenario.mts';
import { type FaultGroup, type Fault, images } from '../fault.mts';

/** The file is downloaded in the end. */
const downloaded = (title: string, tags: string): Fault => ({
	title,
	prompts: [`A red fox ${tags}`],
	outcome: images(1),
});

/** The file is not downloaded: the item has its URL, and the reason. */
const notDownloaded = (title: string, tags: string, reason: RegExp): Fault => ({
	title,
	prompts: [`A red fox ${tags}`, 'A blue owl'],
	outcome: { ...images(2), items: ['link', 'image'] },
	shows: [/is ready but could not be downloaded/, reason, /1 .*could not be downloaded/],
	check: (_scenario, [result]) => {
		expect(result?.items[0]?.json.imageUrl).toMatch(/^http:.*\/images\/\w+\.png$/);
		expect(result?.items[0]?.binary).toBeUndefined();
	},
});

export const image: FaultGroup = {
	title: 'Downloading the image',
	faults: [
		notDownloaded('the image URL has expired (403)', '[image: 403]', /403; it may have expired/),
		notDownloaded('the image URL has expired (404)', '[image: 404]', /404; it may have expired/),
		notDownloaded('the image URL has expired (410)', '[image: 410]', /410; it may have expired/),
		notDownloaded('every download fails with 500', '[image: 500]', /answered 500/),
		notDownloaded('the connection of every download is reset', '[image: reset]', /was interrupted/),
		notDownloaded('the download never gets a response', '[image: silence]', /was interrupted/),
		notDownloaded('every download is truncated', '[image: half a body]', /was interrupted/),
		notDownloaded(
			'the response is a web page instead of the image',
			'[image: html]',
			/not an image \(text\/html\)/,
		),
		notDownloaded('the image has 0 bytes', '[image: empty]', /empty/),
		notDownloaded('the image has 101 MB', '[image: huge]', /larger than 100 MB/),
		notDownloaded(
			'the image has 101 MB, without a Content-Length',
			'[image: huge unsized]',
			/larger than 100/,
		),
		notDownloaded(
			'the image URL redirects to itself forever',
			'[image: redirect loop]',
			/was interrupted/,
		),
		downloaded('the download fails with 500 once', '[image: 500 once]'),
		downloaded('the image is not found at first', '[image: 404 once]'),
		downloaded('the connection of the download is reset once', '[image: reset once]'),
		downloaded('the download is truncated once', '[image: half a body once]'),
		downloaded('the image is empty once', '[image: empty once]'),
		downloaded('half of the image comes 20 seconds late', '[image: slow]'),
		downloaded(
			'the Content-Type of the image is application/octet-stream',
			'[image: octet-stream]',
		),
		downloaded('the image has no Content-Type', '[image: no type]'),
		downloaded('the Content-Type of the image is a text type', '[image: wrong type]'),
		downloaded('the image URL redirects to another path', '[image: redirect]'),
		downloaded('the image URL contains a comma', '[image: comma in the url]'),
		...[
			notDownloaded(
				'the image has 101 MB, and n8n stores files in memory',
				'[image: huge unsized]',
				/100 MB/,
			),
			notDownloaded(
				'the download is truncated, and n8n stores files in memory',
				'[image: half a body]',
				/was interrupted/,
			),
			downloaded('half of the image comes late, and n8n stores files in memory', '[image: slow]'),
		].map((fault): Fault => ({ ...fault, n8n: { binaryMode: 'default' } })),
		{
			title: 'the image URL redirects to another host',
			prompts: ['A red fox [image: redirect elsewhere]'],
			outcome: images(1),
			check: ({ otherHost }) => {
				expect(otherHost.requests).toHaveLength(1);
				expect(otherHost.requests[0]?.headers.authorization).toBeUndefined();
			},
		},
		{
			title: 'the image URL is on another host that redirects to a local file',
			prompts: ['A red fox'],
			intercept: ({ step, body }) => {
				const { data } = body as { data: { status: string } };
				if (step === 'create' || data.status !== 'SUCCESS') return undefined;
				return { body: { data: { ...data, response: [`${otherHostUrl}/to-file`] } } };
			},
			act: async (scenario) => {
				otherHostUrl = scenario.otherHost.url;
				return [await scenario.start()];
			},
			outcome: { ...images(1), items: ['link'] },
			shows: [/could not be downloaded/],
			check: ({ otherHost }) => expect(otherHost.requests.length).toBeGreaterThan(0),
		},
		{
			title: 'the image URL is not http',
			prompts: ['A red fox [image: ftp]'],
			outcome: { ...images(1), items: [], status: 'error' },
			shows: [/contains no image \(task n41\w+\)/],
		},
		{
			title: 'one of three images of a task has expired',
			prompts: ['A red fox [task: 3 images] [image: 410 once]'],
			outcome: { ...images(1), items: ['2 images'] },
			shows: [/410; it may have expired/],
			check: (_scenario, [result]) => expect(result?.items[0]?.json.imageUrls).toHaveLength(3),
		},
		{
			title: 'the file name set by the user contains a path out of the folder',
			prompts: ['A red fox'],
			run: { parameters: { options: { fileName: '../../etc/{taskId}\u0000<x>' } } },
			outcome: images(1),
			check: (_scenario, [result]) =>
				expect(allItems(result!)[0]?.binary?.data?.fileName).toMatch(/^etc-n41\w+-x-\.png$/),
		},
	],
};

let otherHostUrl = '';
