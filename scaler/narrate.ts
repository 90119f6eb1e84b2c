// What the log says of a pass: one line per decision that changed, one per write, one per problem that appeared or went
// away, and nothing when nothing changed. An operator who reads only these lines can tell last night's story.
import type { Logger } from './log.ts';
import type { PassReport } from './pass.ts';
import { DRY_RUN } from './placeholder/dry-run.ts';
import type { PoolReport } from './pool-pass.ts';
import { type Problem, problemKey } from './problem.ts';

/** What was said so far; handed in and handed back. */
export interface Told {
  /** Per pool, what the last decision line said. */
  decisions: ReadonlyMap<string, string>;
  problems: ReadonlyMap<string, Problem>;
}

export const NOTHING_TOLD: Told = { decisions: new Map(), problems: new Map() };

export interface Narration {
  told: Told;
  /** Problems that were not there in the pass before. */
  appeared: Problem[];
}

export function narrate(log: Logger, report: PassReport, before: Told): Narration {
  const decisions = new Map<string, string>();
  for (const pool of report.pools) {
    const said = JSON.stringify([pool.decision.count, pool.decision.reason, pool.decision.cutFrom]);
    decisions.set(pool.pool, said);
    if (before.decisions.get(pool.pool) !== said) tellDecision(log, pool);
    if (pool.result !== undefined) tellWrite(log, pool);
  }
  for (const pool of before.decisions.keys()) {
    if (!decisions.has(pool)) log.info({ pool }, 'pool is no longer served');
  }

  const problems = new Map(report.problems.map((problem) => [problemKey(problem), problem]));
  const appeared = [...problems].filter(([key]) => !before.problems.has(key)).map(([, problem]) => problem);
  for (const problem of appeared)
    log[problem.severity === 'error' ? 'error' : 'warn'](problemFields(problem), 'problem');
  for (const [key, problem] of before.problems) {
    if (!problems.has(key)) log.info(problemFields(problem), 'problem is over');
  }
  return { told: { decisions, problems }, appeared };
}

function tellDecision(log: Logger, { pool, decision, current }: PoolReport): void {
  const { count, reason, sentence, cutFrom } = decision;
  log.info({ pool, count, reason, sentence, current, ...(cutFrom !== undefined && { cutFrom }) }, 'decided');
}

function tellWrite(log: Logger, { pool, change, result, decision }: PoolReport): void {
  if (change === undefined || result === undefined) return;
  const why = change.kind === 'apply' ? change.why : ['take-over'];
  const fields = { pool, why, from: change.from, to: change.to, reason: decision.reason };
  // A dry run has said itself what it would have written.
  if (result.ok && result.note === DRY_RUN) return;
  if (result.ok) log.info({ ...fields, ...(result.note && { note: result.note }) }, 'written');
  else log.error({ ...fields, status: result.status, error: result.message }, 'write failed');
}

function problemFields({
  code,
  where,
  message,
  example,
  pool,
  feed,
  line,
}: Problem): Record<string, unknown> {
  return {
    code,
    where,
    message,
    ...(line !== undefined && { line }),
    ...(example !== undefined && { example }),
    ...(pool !== undefined && { pool }),
    ...(feed !== undefined && { feed }),
  };
}
