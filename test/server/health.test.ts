import { describe, expect, it } from 'vitest';
import { type HealthFacts, live, ready, STUCK_AFTER_MS } from '../../scaler/server/health.ts';

const well: HealthFacts = { sincePassMs: 1_000, clusterRead: true, passed: true, failing: [] };

describe('liveness', () => {
  const rows: [string, Partial<HealthFacts>, boolean][] = [
    ['a pass ended a second ago', {}, true],
    ['no pass has ended yet, none runs', { sincePassMs: undefined }, true],
    ['the last pass ended just inside the limit', { sincePassMs: STUCK_AFTER_MS }, true],
    ['no pass for longer than the limit', { sincePassMs: STUCK_AFTER_MS + 1 }, false],
    ['a pass runs, just inside the limit', { passRunningForMs: STUCK_AFTER_MS }, true],
    ['a pass runs for longer than the limit', { passRunningForMs: STUCK_AFTER_MS + 1 }, false],
    [
      'a long time since the last pass, but one runs',
      { passRunningForMs: 1, sincePassMs: STUCK_AFTER_MS + 1 },
      true,
    ],
    ['the API server does not answer', { failing: ['GET /api/v1/pods: 503'] }, true],
  ];
  it.each(rows)('%s', (_words, facts, expected) => {
    expect(live({ ...well, ...facts } as HealthFacts).ok).toBe(expected);
  });

  it('says for how long nothing moved', () => {
    expect(live({ ...well, sincePassMs: 600_000 }).text).toContain('no pass for 600 s');
  });
});

describe('readiness', () => {
  it('waits until the cluster was read once', () => {
    expect(ready({ ...well, clusterRead: false })).toEqual({
      ok: false,
      text: expect.stringContaining('cluster has not been read'),
    });
  });
  it('waits for the first pass', () => {
    expect(ready({ ...well, passed: false })).toEqual({
      ok: false,
      text: expect.stringContaining('first pass'),
    });
  });
  it('stays when a call fails later, and names it', () => {
    expect(ready({ ...well, failing: ['GET /api/v1/pods: 403 Forbidden'] })).toEqual({
      ok: true,
      text: 'ready\nfailing now: GET /api/v1/pods: 403 Forbidden\n',
    });
  });
});
