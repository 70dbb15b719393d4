const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Names and addresses that only exist inside a private network: RFC 1918, 3927, 6598, 4193 and 4291,
 * `.local` (RFC 6762), `.internal` (reserved by ICANN), `.localhost` (RFC 6761), and names without a
 * dot. `URL` has written IPv4 addresses out by then, however they were given.
 */
const PRIVATE: readonly RegExp[] = [
	LOOPBACK,
	/^0\.0\.0\.0$/,
	/^10(\.\d{1,3}){3}$/,
	/^172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}$/,
	/^192\.168(\.\d{1,3}){2}$/,
	/^169\.254(\.\d{1,3}){2}$/,
	/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])(\.\d{1,3}){2}$/,
	/^\[f[cd][0-9a-f]{2}:/,
	/^\[fe[89ab][0-9a-f]:/,
	/^\[::\]$/,
	/\.(local|internal|localhost)$/,
	/^[^.[\]]+$/,
];

/** `::ffff:10.0.0.1` as `URL` writes it: the IPv4 address in two groups of hexadecimal digits. */
const MAPPED_IPV4 = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

function hostOf(url: string): string | undefined {
	if (!URL.canParse(url)) return undefined;
	// A dot at the end means the same name.
	const host = new URL(url).hostname.toLowerCase().replace(/\.$/, '');
	const mapped = MAPPED_IPV4.exec(host);
	if (mapped === null) return host;
	const groups = mapped.slice(1).map((group) => parseInt(group, 16));
	return groups.flatMap((group) => [group >> 8, group & 255]).join('.');
}

/** Whether an address is on the machine n8n itself runs on. */
export const isLoopback = (url: string): boolean => LOOPBACK.test(hostOf(url) ?? '');

/** Whether an address is only reachable from this machine or inside a private network. */
export function isPrivate(url: string): boolean {
	const host = hostOf(url);
	return host !== undefined && PRIVATE.some((pattern) => pattern.test(host));
}

/** Whether the service, which is elsewhere, cannot reach an address. */
export const isUnreachable = (url: string, baseUrl: string): boolean =>
	isPrivate(url) && !isPrivate(baseUrl);
