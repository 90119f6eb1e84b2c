// How long to wait before a call that failed is tried again: doubling from 0.8 s to 30 s with full jitter, so that
// scalers that lost the same server do not return to it together, and never sooner than the server asked for
// (Retry-After). A 403 means a missing right, where only a person can help, so it comes to be asked once a minute; but an
// API server also answers 403 for some seconds after its start, until it has read its roles, so it begins with seconds.

export interface Failure {
  /** How many calls in a row have failed, this one included; of 403s, how many 403s in a row. From 1. */
  attempt: number;
  /** HTTP status; absent when there was no answer. */
  status?: number;
  retryAfterMs?: number;
}

const USUAL = { firstMs: 800, longestMs: 30_000 };
const FORBIDDEN = { firstMs: 1_000, longestMs: 60_000 };
/** A server that asks for more than this is asked again anyway: neither view nor writes may hang on one header. */
export const LONGEST_ASKED_MS = 120_000;

/** `random` gives 0 <= x < 1. */
export function delayAfter({ attempt, status, retryAfterMs = 0 }: Failure, random: () => number): number {
  const { firstMs, longestMs } = status === 403 ? FORBIDDEN : USUAL;
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  const jittered = random() * ceiling;
  return Math.round(retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_ASKED_MS) + jittered / 4 : jittered);
}

/** The Retry-After header (RFC 9110, 10.2.3) in milliseconds from now: seconds, or a date. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
