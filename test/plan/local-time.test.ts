import { describe, expect, it } from 'vitest';
import { instantOfWallTime, showTime } from '../../scaler/plan/local-time.ts';
import { NOW } from '../support/world.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const show = (text: string, zone: string) => showTime(utc(text), { zone, nowMs: NOW });

describe('a time in a sentence', () => {
  it('is wall time in the zone, with the date when it is another day there', () => {
    expect(show('2026-11-23T10:10', 'UTC')).toBe('10:10');
    expect(show('2026-11-24T10:10', 'UTC')).toBe('2026-11-24 10:10');
    expect(show('2026-11-23T18:10', 'America/Los_Angeles')).toBe('10:10');
    expect(show('2026-11-24T07:59', 'America/Los_Angeles')).toBe('23:59');
    expect(show('2026-11-24T08:00', 'America/Los_Angeles')).toBe('2026-11-24 00:00');
    expect(show('2026-11-23T04:00', 'Asia/Kathmandu')).toBe('09:45');
  });

  it('is in UTC when the zone is unknown', () => {
    expect(show('2026-11-23T10:10', 'Mars/Olympus')).toBe('10:10');
  });
});

describe('a wall time', () => {
  const instant = (text: string, zone: string) =>
    new Date(instantOfWallTime(utc(text), zone)).toISOString().slice(0, 16);
  it.each([
    ['in winter', '2026-11-23T12:30', 'Europe/Berlin', '2026-11-23T11:30'],
    ['in summer', '2026-07-01T12:30', 'Europe/Berlin', '2026-07-01T10:30'],
    ['just before clocks go forward', '2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59'],
    ['in the gap moves forward', '2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30'],
    ['just after clocks went forward', '2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00'],
    ['that happens twice is the first', '2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30'],
    ['after the repeated hour', '2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00'],
    ['in a half-hour overlap', '2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45'],
    ['far west', '2026-11-23T23:00', 'Pacific/Pago_Pago', '2026-11-24T10:00'],
    ['far east', '2026-11-23T01:00', 'Pacific/Kiritimati', '2026-11-22T11:00'],
  ])('%s', (_, wall, zone, expected) => {
    expect(instant(wall, zone)).toBe(expected);
  });
});
