/**
 * Whether a URL leads to this machine. The sandbox contacts nothing else: a prompt may name any
 * address, and a development machine must not send requests to strangers.
 */
export function isLoopback(url: string): boolean {
	const host = new URL(url).hostname;
	return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
