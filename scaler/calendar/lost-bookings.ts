// Which problems of a feed cost somebody their nodes, and when: an event that is still to come, or runs, with a line that
// books nothing as it stands. A warning about a line that counts all the same is none; nor is an event that is over.
import type { Problem } from '../problem.ts';

/** Warnings, since a person may have meant it so; but nothing is booked. */
const BOOKS_NOTHING = new Set(['near-booking', 'bad-count', 'event-no-length']);

/** Nothing is booked where somebody meant to. */
export function isLost({ severity, code }: Pick<Problem, 'severity' | 'code'>): boolean {
  return severity === 'error' || BOOKS_NOTHING.has(code);
}

/** Start of the next event, or of the one that runs, with such a problem; undefined: there is none. */
export function nextLostBooking(problems: readonly Problem[], nowMs: number): number | undefined {
  let nextMs: number | undefined;
  for (const problem of problems) {
    const { event } = problem;
    if (event === undefined || Math.max(event.endMs, event.startMs) <= nowMs) continue;
    if (!isLost(problem)) continue;
    nextMs = Math.min(nextMs ?? event.startMs, event.startMs);
  }
  return nextMs;
}
