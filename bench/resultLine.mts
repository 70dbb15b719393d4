/** One line of the table: row, what, measured, and where there is a target, that and `met` or `missed`. */
export type ResultLine = string[];

export const s = (seconds: number): string => `${seconds.toFixed(1)} s`;
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
export const imageCount = (images: number): string => `${images} image${images === 1 ? '' : 's'}`;

/** A target and whether it is met, for the end of a line. */
export const target = (words: string, isMet: boolean): string[] => [
	words,
	isMet ? 'met' : 'missed',
];

/** Of the image counts of rows (a) and (b). */
export const hasTarget = (images: number): boolean => images === 10 || images === 50;
