// Waiting for answers that really come over HTTP, without waiting for time: both let the event loop turn.
import type { ManualClock } from './manual-clock.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const MOST_TURNS = 300_000;

/** Until the condition holds; throws with `what` when it never does. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > MOST_TURNS) throw new Error(`never happened: ${what}`);
    await turn();
  }
}

/** For what shall not happen: everything that is under way has come to its end. */
export async function turns(count = 200): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/**
 * What `work` resolves with; moves the clock, a little at a time, whenever the work waits for a timer. Answers that are
 * under way have many turns to come in before each step.
 */
export async function until<T>(work: Promise<T>, clock: ManualClock, stepMs = 50): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  for (let count = 1; !done; count++) {
    await turn();
    if (!done && clock.waiting() > 0 && count % 50 === 0) await clock.advance(stepMs);
  }
  return work;
}
