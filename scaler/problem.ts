// A problem is something wrong that a pass survives: a line a person mistyped, an event that cannot be read, a node
// whose numbers make no sense, a write that was refused. It says where, what was expected, what was found, and shows
// one right example. Everything that must be seen by a person (log, metric, page, answer calendar) starts from these.
import { parse, stringify } from 'yaml';

/** Which part of the world a problem comes from; a short fixed list, safe as a metric label. */
export const PROBLEM_SOURCES = ['config', 'feed', 'event', 'booking', 'cluster', 'write'] as const;
export type ProblemSource = (typeof PROBLEM_SOURCES)[number];

export interface Problem {
  /** Kebab-case word from the fixed list of the file that makes it, e.g. `unknown-pool`; safe as a metric label. */
  code: string;
  source: ProblemSource;
  severity: 'error' | 'warning';
  /** Where a person finds it: `event 'Data 8 midterm' of 2026-11-23 09:00, line 2` or `nodePools.data8.replicas`. */
  where: string;
  /** One sentence: what was expected and what was found. Never holds a secret (calendar addresses are secrets). */
  message: string;
  /** One right example, as the person would type it. */
  example?: string;
  pool?: string;
  feed?: string;
  /** The event it belongs to; times are those of the occurrence, epoch milliseconds. */
  event?: { uid: string; title: string; startMs: number; endMs: number };
  /** The line of the description as it was read (shortened). */
  line?: string;
}

/** Two problems with the same key are the same problem: it is logged once until it goes away. */
export function problemKey(problem: Problem): string {
  return [problem.code, problem.feed, problem.pool, problem.where, problem.line, problem.message].join(' ');
}

/** A problem on one line, for a terminal: where, what was expected and found, and a right example. */
export function problemLine({ severity, where, message, line, example }: Problem): string {
  const quoted = line === undefined ? '' : ` in ${JSON.stringify(line)}`;
  return `${severity}: ${where}${quoted}: ${message}${example === undefined ? '' : `; for example: ${onOneLine(example)}`}`;
}

/** Several lines of YAML as one line that means the same. */
export function onOneLine(example: string): string {
  if (!example.includes('\n')) return example;
  try {
    const flow = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
    return stringify(parse(example), flow).trim();
  } catch {
    return example.replace(/\s+/g, ' ');
  }
}
