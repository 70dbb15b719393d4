/**
 * Whether a URL leads to this machine. The sandbox contacts nothing else: a prompt may name any
 * address, and a machine that develops n8n nodes is no place from which to knock at strangers.
 */
export function isLoopback(url: string): boolean {
	const host = new URL(url).hostname;
	return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
