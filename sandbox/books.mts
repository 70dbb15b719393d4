import { Refusal } from './refusal.mts';

/** The account: what was bought, what was paid, what came back. */
export class Books {
	#creates = 0;
	#charged = 0;
	#refunded = 0;

	constructor(private readonly opening: number) {}

	/** Creates that the service took on, whether or not their answer arrived. */
	get creates(): number {
		return this.#creates;
	}

	get creditsCharged(): number {
		return this.#charged;
	}

	get creditsRefunded(): number {
		return this.#refunded;
	}

	get balance(): number {
		return this.opening - this.#charged + this.#refunded;
	}

	/** Pays for one create, or refuses it when the balance is too low. */
	charge(credits: number): void {
		if (credits > this.balance) {
			throw new Refusal(
				402,
				`Insufficient credits: this image costs ${credits}, the balance is ${this.balance}`,
			);
		}
		this.#creates++;
		this.#charged += credits;
	}

	refund(credits: number): void {
		this.#refunded += credits;
	}
}
