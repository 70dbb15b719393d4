import { isLoopback, isPrivate, isUnreachable } from '../../nodes/Flux2/transport/reachability';

const LOOPBACK = [
	'http://localhost:5678/webhook/1',
	'http://LOCALHOST/',
	'http://localhost./',
	'http://127.0.0.1/',
	'http://127.1.2.3:8080/',
	'http://2130706433/',
	'http://0x7f.1/',
	'http://[::1]:5678/',
	'http://[0:0:0:0:0:0:0:1]/',
	'http://[::ffff:127.0.0.1]/',
];

const PRIVATE = [
	'http://0.0.0.0:5678/',
	'http://0/',
	'http://10.0.0.1/',
	'http://10.255.255.255/',
	'http://172.16.0.1/',
	'http://172.31.255.255/',
	'http://192.168.1.20:5678/webhook/1/flux2',
	'http://169.254.169.254/',
	'http://100.64.0.1/',
	'http://100.127.255.255/',
	'http://[fc00::1]/',
	'http://[fdff:1234::1]/',
	'http://[fe80::1]/',
	'http://[febf::1]/',
	'http://[::]/',
	'http://[::ffff:10.0.0.1]/',
	'http://[::ffff:192.168.0.7]/',
	'http://n8n.local/',
	'http://N8N.LOCAL./',
	'http://n8n.internal/',
	'http://host.docker.internal:5678/',
	'http://my.localhost/',
	'http://n8n:5678/',
];

const PUBLIC = [
	'https://n8n.example.com/webhook/1/flux2',
	'https://apiin.one',
	'http://9.255.255.255/',
	'http://11.0.0.1/',
	'http://172.15.255.255/',
	'http://172.32.0.1/',
	'http://192.167.0.1/',
	'http://192.169.0.1/',
	'http://169.253.0.1/',
	'http://100.63.255.255/',
	'http://100.128.0.1/',
	'http://128.0.0.1/',
	'https://[2001:db8::1]/',
	'https://[fbff::1]/',
	'https://[fec0::1]/',
	'https://[::ffff:8.8.8.8]/',
	'https://local.example.com/',
	'https://internal.example.com/',
	'https://localhost.example.com/',
	'https://10.0.0.1.example.com/',
	'https://n8n.locals/',
];

test.each(LOOPBACK)('%s is on this machine', (url) => {
	expect(isLoopback(url)).toBe(true);
	expect(isPrivate(url)).toBe(true);
});

test.each(PRIVATE)('%s can only be reached from a private network', (url) => {
	expect(isPrivate(url)).toBe(true);
	expect(isLoopback(url)).toBe(false);
});

test.each(PUBLIC)('%s can be reached from the internet', (url) => {
	expect(isPrivate(url)).toBe(false);
});

test.each(['', 'n8n', '/webhook/1', 'not a URL'])('%j is no address at all', (text) => {
	expect(isPrivate(text)).toBe(false);
	expect(isLoopback(text)).toBe(false);
});

test('a service on a private address may reach private addresses', () => {
	expect(isUnreachable('http://192.168.1.20/', 'https://apiin.one')).toBe(true);
	expect(isUnreachable('http://192.168.1.20/', 'http://127.0.0.1:3987')).toBe(false);
	expect(isUnreachable('https://n8n.example.com/', 'https://apiin.one')).toBe(false);
});
