import axios from 'axios';
import { sniff } from '../nodes/Flux2/transport/imageFile.ts';
import { keepHeaders, type Image } from './recording.mts';
import { directly } from './service.mts';

const TIMEOUT_MS = 120_000;
const MAX_BYTES = 100 * 1024 * 1024;

/**
 * Fetches an image as the node does: without the key.
 *
 * @throws when no answer comes.
 */
export async function fetchImage(url: string, hide: (text: string) => string): Promise<Image> {
	const response = await axios.get<ArrayBuffer>(url, {
		responseType: 'arraybuffer',
		signal: AbortSignal.timeout(TIMEOUT_MS),
		maxContentLength: MAX_BYTES,
		maxRedirects: 5,
		validateStatus: () => true,
		...directly(url),
	});
	const bytes = Buffer.from(response.data);
	const seen = sniff(bytes.subarray(0, 64));
	const reached = (response.request as { res?: { responseUrl?: string } }).res?.responseUrl;
	return {
		url: hide(url),
		...(reached === undefined || reached === url ? {} : { servedFrom: hide(reached) }),
		status: response.status,
		...keepHeaders(response.headers, hide),
		bytes: bytes.length,
		...(seen === undefined ? {} : { seen }),
	};
}
