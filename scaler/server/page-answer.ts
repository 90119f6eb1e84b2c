// The answer calendar over HTTP: its text, and an ETag that stays while nothing changes. DTSTAMP says since when this
// process has given this answer, so a client that asks every few minutes sees the same octets.
import { createHash } from 'node:crypto';
import { answerCalendar } from '../calendar/answer.ts';
import type { StatusSource } from './api.ts';

export interface CalendarAnswer {
  code: 200 | 304 | 404;
  text: string;
  etag?: string;
}

/** Remembers, for all pools and for each, since when the answer has been the same. */
export function answerKeeper(source: StatusSource) {
  const since = new Map<string, { hash: string; stampMs: number }>();
  return (query: { pool?: unknown }, ifNoneMatch?: string): CalendarAnswer => {
    const pools = source.pools();
    const { pool } = query;
    if (pool !== undefined && !(typeof pool === 'string' && pools.some(({ name }) => name === pool))) {
      const known = pools.map(({ name }) => name).join(', ');
      return { code: 404, text: `pool: expected one of ${known || '(there is none)'}\n` };
    }
    const input = {
      schedule: source.schedule(),
      pools,
      problems: source.report()?.problems ?? [],
      zone: source.zone(),
      ...(pool !== undefined && { pool }),
    };
    const hash = hashOf(answerCalendar({ ...input, stampMs: 0 }));
    const key = pool === undefined ? '' : `pool ${pool}`;
    const before = since.get(key);
    const stampMs = before?.hash === hash ? before.stampMs : source.now();
    since.set(key, { hash, stampMs });
    const text = answerCalendar({ ...input, stampMs });
    const etag = `"${hashOf(text).slice(0, 32)}"`;
    return matches(ifNoneMatch, etag) ? { code: 304, text: '', etag } : { code: 200, text, etag };
  };
}

/** RFC 9110, 13.1.2: a list, each perhaps weak (as a compressing proxy makes it), or `*`. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
