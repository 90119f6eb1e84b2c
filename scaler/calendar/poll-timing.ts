// When a feed is asked next. In peace: every poll interval, a little apart so that replicas and feeds do not ask
// together. After a failure that may pass within seconds: sooner, then slower again up to the interval. A server that
// names a time (Retry-After) is not asked before it. The answer is a wait and no instant: a wall clock that is set back
// must not put off the next try.

export interface LastTry {
  /** Failed tries in a row, 0 when the last one worked. */
  failures: number;
  /** The failure may pass within seconds (a broken connection, 503). */
  passing: boolean;
  retryAtMs?: number | undefined;
  /** A body is held back until this instant: then the feed is asked again. */
  heldUntilMs?: number | undefined;
}

const FIRST_RETRY_MS = 5_000;
/** A server may ask for a day of silence; more than an hour without news would cost a class. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;
const SPREAD = 0.1;

/** Milliseconds until the next try; `random` is 0..1. */
export function pollWaitMs(
  last: LastTry,
  { nowMs, intervalMs, random }: { nowMs: number; intervalMs: number; random: number },
): number {
  const backoff = FIRST_RETRY_MS * 2 ** Math.min(last.failures - 1, 20);
  const usual = last.failures > 0 && last.passing ? Math.min(backoff, intervalMs) : intervalMs;
  const spread = usual * (1 + SPREAD * (random - 0.5));
  const held =
    last.heldUntilMs !== undefined && last.heldUntilMs > nowMs ? last.heldUntilMs - nowMs : Infinity;
  const asked = Math.min((last.retryAtMs ?? nowMs) - nowMs, LONGEST_RETRY_AFTER_MS);
  return Math.max(Math.min(spread, held), asked);
}

/** A body that was refused is not read again before this, as long as it stays the same: 5 minutes, doubling to an hour. */
export function rereadMs(times: number, nowMs: number): number {
  return nowMs + Math.min(300_000 * 2 ** Math.min(times - 1, 10), 3_600_000);
}
