/** A failure whose sentence is all its reader needs: it is printed without a stack. */
export class PlainFailure extends Error {
	override name = 'PlainFailure';
}
