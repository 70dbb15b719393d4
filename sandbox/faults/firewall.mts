/** What Cloudflare sends when it turns a client away, before the service sees the request. */
export const FIREWALL_FAULTS = {
	'firewall <n>': "Cloudflare's 403 with the text `error code: <n>`, such as 1010 or 1020.",
	'firewall page': "Cloudflare's 403 with its page “Attention Required!”.",
	'firewall json': "Cloudflare's 403 with a JSON object, as for a client that asks for JSON.",
} as const;
