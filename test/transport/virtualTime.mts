import { clock } from '../../nodes/Flux2/transport/clock';
import { VirtualClock } from '../engine/virtualClock.mts';

/** Gives each test of a file its own virtual clock, with `random` fixed at 0.5. */
export function useVirtualTime(): { now: () => number; sleep: (ms: number) => Promise<void> } {
	const realClock = { ...clock };
	let virtualClock: VirtualClock;
	beforeEach(() => {
		virtualClock = new VirtualClock();
		Object.assign(clock, virtualClock, { random: () => 0.5 });
	});
	afterEach(() => {
		virtualClock.stop();
		Object.assign(clock, realClock);
	});
	return { now: () => virtualClock.now(), sleep: async (ms) => await virtualClock.sleep(ms) };
}
