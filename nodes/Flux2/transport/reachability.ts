const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is on the machine n8n itself runs on. */
export const isLoopback = (url: string): boolean =>
	URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);

/** Whether the service, which is elsewhere, cannot reach an address that is only on this machine. */
export const isUnreachable = (url: string, baseUrl: string): boolean =>
	isLoopback(url) && !isLoopback(baseUrl);
