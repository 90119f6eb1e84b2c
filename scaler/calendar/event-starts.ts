// When does an event of a pool begin? A booking's window begins before its event (leadTime), so its start is no answer;
// alerts ask for the event's own start, near which the nodes must be there. Looks one day ahead, so that the work does
// not grow with the calendar. Events that ask for 0 begin nothing.
import type { BookedBy, Schedule } from './schedule.ts';

export interface EventStarts {
  /** Of the events that run now, the one that began last. */
  lastMs?: number;
  /** The next one to begin, within a day. */
  nextMs?: number;
}

const AHEAD_MS = 86_400_000;

/** Of the events that decide a count: a segment names at most three. */
export function eventStarts(
  schedule: Pick<Schedule, 'segments'>,
  { name, leadTimeMs }: { name: string; leadTimeMs: number },
  nowMs: number,
): EventStarts {
  const startOf = (by: BookedBy) => by.startMs + leadTimeMs;
  let lastMs: number | undefined;
  let nextMs: number | undefined;
  for (const segment of schedule.segments(name, nowMs, nowMs + AHEAD_MS)) {
    // All windows of a pool begin as long before their events: what begins in a later segment has a later event.
    if (nextMs !== undefined) break;
    for (const by of segment.by) {
      if (by.count === 0) continue;
      const startMs = startOf(by);
      if (startMs > nowMs && startMs < nowMs + AHEAD_MS) nextMs = Math.min(nextMs ?? startMs, startMs);
      const runs = segment.startMs <= nowMs && by.phase === undefined;
      if (runs && startMs <= nowMs) lastMs = Math.max(lastMs ?? startMs, startMs);
    }
  }
  return { ...(lastMs !== undefined && { lastMs }), ...(nextMs !== undefined && { nextMs }) };
}
