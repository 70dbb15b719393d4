/** The responses about a task: in progress, done, failed. */
export type Responses = [pending: object, done: object, failed: object];

/** A reference image of every request. */
export const SENT = 'https://pictures.example/sent.png';

/** What stands in the responses, whatever their shape. */
export const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/images\/\w{32}\.png$/);
export const id = expect.stringMatching(/^n41/);
export const reason = expect.stringContaining('could not make this image');
export const echo = expect.objectContaining({ model: 'flux-2', input_urls: [SENT] });

export const wrapped = (data: unknown) => ({ code: 200, message: 'success', data });

export const upstream = (data: object) => ({
	code: 200,
	msg: 'success',
	data: expect.objectContaining(data),
});

/** A text of JSON with these parts, in order. */
export const jsonText = (...parts: string[]) =>
	expect.stringMatching(new RegExp(`^[[{].*${parts.join('.*')}.*[\\]}]$`));
