import { ApiError } from './apiError.mts';

/** The account: tasks created, credits charged and refunded. */
export class Billing {
	/** Tasks created, whether or not the client received the response. */
	creates = 0;
	creditsCharged = 0;
	creditsRefunded = 0;

	constructor(private readonly initialCredits: number) {}

	get balance(): number {
		return this.initialCredits - this.creditsCharged + this.creditsRefunded;
	}

	/** Charges for one create. Throws a 402 when the balance is too low. */
	charge(credits: number): void {
		if (credits > this.balance) {
			throw new ApiError(
				402,
				`Insufficient credits: this image costs ${credits}, the balance is ${this.balance}`,
			);
		}
		this.creates++;
		this.creditsCharged += credits;
	}

	refund(credits: number): void {
		this.creditsRefunded += credits;
	}
}
