import type { Locator } from 'playwright-core';

/** The texts of an element and its children that are longer than the space they have. */
export async function cutTexts(element: Locator): Promise<string[]> {
	return await element.evaluate((root) => {
		interface Box {
			innerText: string;
			childNodes: Iterable<{ nodeType: number; textContent: string | null }>;
			clientWidth: number;
			clientHeight: number;
			scrollWidth: number;
			scrollHeight: number;
			children: Iterable<Box>;
			matches(selector: string): boolean;
		}
		const cut: string[] = [];
		const visit = (box: Box): void => {
			const { overflowX, overflowY } = (
				globalThis as unknown as {
					getComputedStyle(box: Box): { overflowX: string; overflowY: string };
				}
			).getComputedStyle(box);
			const isCut =
				(overflowX === 'hidden' && box.scrollWidth > box.clientWidth + 1) ||
				(overflowY === 'hidden' && box.scrollHeight > box.clientHeight + 1);
			// What a user types scrolls in its field.
			if (box.matches('input, textarea, svg')) return;
			const hasText = [...box.childNodes].some(
				({ nodeType, textContent }) => nodeType === 3 && textContent?.trim(),
			);
			// Hidden elements, such as labels for screen readers, have the size of a pixel at most.
			if (isCut && hasText && box.clientWidth > 1) cut.push(box.innerText.trim());
			for (const child of box.children) visit(child);
		};
		visit(root as unknown as Box);
		return cut;
	});
}
