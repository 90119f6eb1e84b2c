// A time as typed on the command line: ISO 8601 with an offset, or without one in the given zone; a date is its
// midnight. Refuses what it cannot read, with a right example.
import { DateTime } from 'luxon';

/** Wrong usage: the command ends with exit code 2 and this text. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Epoch milliseconds of `text`; throws UsageError. `option` is named in the text, e.g. `--from`. */
export function readInstant(text: string, option: string, zone: string): number {
  const time = DateTime.fromISO(text, { zone });
  if (!/^\d{4}-\d{2}/.test(text) || !time.isValid) {
    throw new UsageError(
      `${option}: expected an ISO 8601 time or date, got ${JSON.stringify(text)}; write for example ${option} 2026-11-23T09:00 or ${option} 2026-11-23`,
    );
  }
  return time.toMillis();
}

export interface Range {
  fromMs: number;
  toMs: number;
}

/** [from, to) as typed; `days` after from when no end was typed. */
export function readRange(
  typed: { from?: string; to?: string },
  options: { zone: string; nowMs: number; days: number },
): Range {
  const fromMs = typed.from === undefined ? options.nowMs : readInstant(typed.from, '--from', options.zone);
  const toMs =
    typed.to === undefined ? fromMs + options.days * 86_400_000 : readInstant(typed.to, '--to', options.zone);
  if (toMs <= fromMs) {
    throw new UsageError(`--to: expected a time after --from (${typed.from ?? 'now'}), got ${typed.to}`);
  }
  return { fromMs, toMs };
}
