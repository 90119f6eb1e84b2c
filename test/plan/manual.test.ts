import { describe, expect, it } from 'vitest';
import { readManual } from '../../scaler/plan/manual.ts';
import { aDeployment, NOW } from '../support/world.ts';

const read = (text: string, { zone = 'UTC', nowMs = NOW } = {}) =>
  readManual(aDeployment({ annotations: { 'node-placeholder-scaler/replicas': text } }), {
    pool: 'data8',
    zone,
    nowMs,
  });
const noon = Date.UTC(2026, 10, 23, 12, 30);

describe('the annotation', () => {
  it.each([
    ['5', { count: 5 }],
    [' 0 ', { count: 0 }],
    ['5 until 2026-11-23T12:30', { count: 5, untilMs: noon }],
    ['5 UNTIL 2026-11-23 12:30', { count: 5, untilMs: noon }],
    ['5 until 2026-11-23T12:30:15', { count: 5, untilMs: noon + 15_000 }],
    ['5 until 2026-11-23T12:30Z', { count: 5, untilMs: noon }],
    ['5 until 2026-11-23T13:30+01:00', { count: 5, untilMs: noon }],
    ['5 until 2026-11-23T04:30-0800', { count: 5, untilMs: noon }],
  ])('%j is read', (text, expected) => {
    expect(read(text)).toEqual({ inForce: expected });
  });

  it('without an offset means wall time in the calendars zone; with one the zone says nothing', () => {
    const zone = 'America/Los_Angeles';
    expect(read('5 until 2026-11-23T04:30', { zone }).inForce).toEqual({ count: 5, untilMs: noon });
    expect(read('5 until 2026-11-23T12:30Z', { zone }).inForce).toEqual({ count: 5, untilMs: noon });
  });

  it('is in force up to its end and over from then on', () => {
    const text = '5 until 2026-11-23T12:30';
    expect(read(text, { nowMs: noon - 1 })).toEqual({ inForce: { count: 5, untilMs: noon } });
    expect(read(text, { nowMs: noon })).toEqual({ over: { count: 5, untilMs: noon } });
  });

  it('that is absent or empty sets nothing', () => {
    expect(read('')).toEqual({});
    expect(readManual(aDeployment(), { pool: 'data8', zone: 'UTC', nowMs: NOW })).toEqual({});
    expect(readManual(undefined, { pool: 'data8', zone: 'UTC', nowMs: NOW })).toEqual({});
  });

  it.each([
    'five',
    '-1',
    '2.5',
    '5 until',
    '5 until tomorrow',
    '5 until 12:30',
    '5 until 2026-11-23',
    '5 until 2026-11-31T12:30',
    '5 until 2026-11-23T24:30',
    '5 for 2h',
    '12345678',
    '5\nuntil 2026-11-23T12:30 please',
  ])('%j is a problem that shows a right one, and sets nothing', (text) => {
    const { problem, ...rest } = read(text);
    expect(rest).toEqual({});
    expect(problem).toMatchObject({ code: 'unreadable-override', severity: 'error', pool: 'data8' });
    expect(problem?.message).toContain(JSON.stringify(text));
    expect(problem?.where).toBe(
      'annotation node-placeholder-scaler/replicas of Deployment data8-placeholder',
    );
    const example = problem?.example?.split('  or  ').at(-1) ?? '';
    expect(read(example).inForce).toMatchObject({ count: 5 });
  });

  it('shows only the beginning of a very long one', () => {
    expect(read('x'.repeat(5_000)).problem?.message.length).toBeLessThan(200);
  });
});
