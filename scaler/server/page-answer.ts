// The answer calendar over HTTP: its text, and an ETag that stays while nothing changes. DTSTAMP says since when this
// process has given this answer, so a client that asks every few minutes sees the same octets.
import { createHash } from 'node:crypto';
import { answerCalendar } from '../calendar/answer.ts';
import { utcStamp } from '../calendar/ics-text.ts';
import type { StatusSource } from './api.ts';

export interface CalendarAnswer {
  code: 200 | 304 | 404;
  text: string;
  etag?: string;
}

interface Given {
  /** What it was made of: as long as these are the same, so is the text. */
  of: readonly unknown[];
  hash: string;
  stampMs: number;
  text: string;
  etag: string;
}

/** Remembers, for all pools and for each, what was answered, and since when. */
export function answerKeeper(source: StatusSource) {
  const given = new Map<string, Given>();
  return (query: { pool?: unknown }, ifNoneMatch?: string): CalendarAnswer => {
    const pools = source.pools();
    const { pool } = query;
    if (pool !== undefined && !(typeof pool === 'string' && pools.some(({ name }) => name === pool))) {
      const known = pools.map(({ name }) => name).join(', ');
      return { code: 404, text: `pool: expected one of ${known || '(there is none)'}\n` };
    }
    const { text, etag } = answerOf(pool);
    return matches(ifNoneMatch, etag) ? { code: 304, text: '', etag } : { code: 200, text, etag };
  };

  function answerOf(pool: string | undefined): Given {
    const [schedule, report, pools, zone] = [
      source.schedule(),
      source.report(),
      source.pools(),
      source.zone(),
    ];
    const of = [schedule, report, pools, zone];
    const key = pool === undefined ? '' : `pool ${pool}`;
    const before = given.get(key);
    if (before?.of.every((part, index) => part === of[index])) return before;
    const problems = report?.problems ?? [];
    const unstamped = answerCalendar({
      ...{ schedule, pools, problems, zone, stampMs: 0 },
      ...(pool !== undefined && { pool }),
    });
    const hash = hashOf(unstamped);
    const stampMs = before?.hash === hash ? before.stampMs : source.now();
    const text = unstamped.replaceAll(stampLine(0), stampLine(stampMs));
    const answer = { of, hash, stampMs, text, etag: `"${hashOf(text).slice(0, 32)}"` };
    given.set(key, answer);
    return answer;
  }
}

/** With its line ends: no text that somebody typed can hold it. */
function stampLine(ms: number): string {
  return `\r\nDTSTAMP:${utcStamp(ms)}\r\n`;
}

/** RFC 9110, 13.1.2: a list, each perhaps weak (as a compressing proxy makes it), or `*`. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
