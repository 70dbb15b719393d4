import { clock } from '../../nodes/Flux2/transport/clock';
import { VirtualClock } from '../engine/virtualClock.mts';

/** Lets each test of a file begin with a clock of its own, in which chance is always the middle. */
export function useVirtualTime(): { now: () => number; sleep: (ms: number) => Promise<void> } {
	const usual = { ...clock };
	let time: VirtualClock;
	beforeEach(() => {
		time = new VirtualClock();
		Object.assign(clock, time, { random: () => 0.5 });
	});
	afterEach(() => {
		time.stop();
		Object.assign(clock, usual);
	});
	return { now: () => time.now(), sleep: async (ms) => await time.sleep(ms) };
}
