import { describe, expect, it } from 'vitest';
import { openLog } from '../scaler/log.ts';
import { NOTHING_TOLD, narrate, type Told } from '../scaler/narrate.ts';
import type { PassReport } from '../scaler/pass.ts';
import type { Problem } from '../scaler/problem.ts';
import { aPoolReport, aReport } from './support/report.ts';

const slip: Problem = {
  code: 'unknown-pool',
  source: 'booking',
  severity: 'error',
  where: "event 'Data 8 midterm'",
  message: 'no pool "datta8"',
  line: 'datta8: 3',
  example: 'data8: 3',
};

/** The log lines of these passes, one list per pass. */
function told(...reports: PassReport[]): Record<string, unknown>[][] {
  let before: Told = NOTHING_TOLD;
  return reports.map((report) => {
    const lines: Record<string, unknown>[] = [];
    const log = openLog('info', { stream: { write: (line) => lines.push(JSON.parse(line)) } });
    before = narrate(log, report, before).told;
    return lines;
  });
}

describe('the log of passes', () => {
  it('says a decision once, and again when count or reason change', () => {
    const booked = aReport({ pools: [aPoolReport({ count: 3, reason: 'booked' })] });
    const held = aReport({ pools: [aPoolReport({ count: 3, reason: 'held' })] });
    const lines = told(booked, booked, held);
    expect(lines.map((each) => each.map(({ msg, count, reason }) => [msg, count, reason]))).toEqual([
      [['decided', 3, 'booked']],
      [],
      [['decided', 3, 'held']],
    ]);
  });

  it('says a problem when it appears and when it is over, with a right line to type', () => {
    const lines = told(aReport(), aReport({ problems: [slip] }), aReport({ problems: [slip] }), aReport());
    expect(lines[1]).toEqual([
      expect.objectContaining({ level: 'error', msg: 'problem', line: 'datta8: 3', example: 'data8: 3' }),
    ]);
    expect(lines[2]).toEqual([]);
    expect(lines[3]).toEqual([
      expect.objectContaining({ level: 'info', msg: 'problem is over', code: 'unknown-pool' }),
    ]);
  });

  it('says every write, and why one failed', () => {
    const change = {
      kind: 'apply',
      pool: 'data8',
      manifest: {} as never,
      why: ['scale'],
      from: 1,
      to: 3,
    } as const;
    const wrote = aPoolReport({ change: { ...change, why: ['scale'] }, result: { ok: true } });
    const failed = aPoolReport({
      change: { ...change, why: ['scale'] },
      result: { ok: false, status: 403, message: 'PATCH: 403 Forbidden' },
    });
    const lines = told(aReport({ pools: [wrote] }), aReport({ pools: [failed] }));
    expect(lines[0]?.at(-1)).toMatchObject({ level: 'info', msg: 'written', from: 1, to: 3 });
    expect(lines[1]).toEqual([
      expect.objectContaining({
        level: 'error',
        msg: 'write failed',
        status: 403,
        error: 'PATCH: 403 Forbidden',
      }),
    ]);
  });

  it('says that a pool is no longer served', () => {
    const lines = told(aReport(), aReport({ pools: [] }));
    expect(lines[1]).toEqual([expect.objectContaining({ msg: 'pool is no longer served', pool: 'data8' })]);
  });
});
