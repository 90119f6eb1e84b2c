// Waiting for something that may never come, no longer than a given time.
import type { Clock, Timer } from './clock.ts';

/** True when `work` ended in time; what comes later is not waited for. What it throws in time is thrown. */
export async function within(
  ms: number,
  clock: Pick<Clock, 'after'>,
  work: Promise<unknown>,
): Promise<boolean> {
  let timer: Timer | undefined;
  const late = new Promise<false>((resolve) => {
    timer = clock.after(ms, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer?.cancel();
  }
}
