/** What happens to the download of an image, and what kind of image it is. */
export const IMAGE_FAULTS = [
	{
		target: 'image',
		perAttempt: true,
		kinds: {
			'<status>': 'The image responds with that status.',
			reset: 'The connection is reset.',
			silence: 'Never responds.',
			'half a body': 'The image is cut short.',
			slow: 'The second half of the image comes 20 seconds late.',
			html: 'An HTML page in place of the image, with status 200.',
			empty: 'An image of 0 bytes.',
			huge: 'An image of 101 MB.',
			'huge unsized': 'An image of 101 MB without a content-length.',
			'octet-stream': 'The right bytes as application/octet-stream.',
			'no type': 'The right bytes without a content type.',
			'wrong type': 'The right bytes as text/plain.',
			redirect: 'Redirects to another path of the sandbox, where the image is.',
			'redirect elsewhere': 'Redirects to another host.',
			'redirect loop': 'Redirects to itself.',
		},
	},
	{
		target: 'image',
		perAttempt: false,
		kinds: {
			jpeg: 'The image is a JPEG.',
			webp: 'The image is a WEBP.',
			'comma in the url': 'The URL of the image contains a comma.',
			ftp: 'The URL of the image is not http.',
		},
	},
] as const;
