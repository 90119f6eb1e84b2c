import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { spokenTimes } from '../../scaler/calendar/spoken-times.ts';

const ZONES = [
  'UTC',
  'America/Los_Angeles',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const HOUR = 3_600_000;

describe('a spoken time', () => {
  it('is what the clocks of the zone show, at every instant of these years', () => {
    const anInstant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), anInstant, (zone, ms) => {
        const at = DateTime.fromMillis(ms, { zone });
        const times = spokenTimes(zone);
        expect(`${times.day(ms)} ${times.minute(ms)}`).toBe(at.toFormat('ccc d LLL HH:mm'));
      }),
      { numRuns: 1_000 },
    );
  });
  it('changes at the very instant the clocks do', () => {
    const times = spokenTimes('Europe/Berlin');
    const change = Date.UTC(2026, 9, 25, 1);
    expect([change - 1, change].map(times.minute)).toEqual(['02:59', '02:00']);
  });
  it('of an unknown zone is UTC', () => {
    expect(spokenTimes('Mars/Olympus').minute(9.5 * HOUR)).toBe('09:30');
  });
});

describe('a spoken span', () => {
  const { span } = spokenTimes('America/Los_Angeles');
  const nine = Date.UTC(2026, 10, 23, 17);
  it.each([
    ['has its day once', nine, nine + 2 * HOUR, 'Mon 23 Nov 09:00 - 11:00'],
    ['ends at 24:00 when it ends at midnight', nine, nine + 15 * HOUR, 'Mon 23 Nov 09:00 - 24:00'],
    ['has both days when it passes midnight', nine, nine + 16 * HOUR, 'Mon 23 Nov 09:00 - Tue 24 Nov 01:00'],
    ['of a whole day ends at 24:00', nine - 9 * HOUR, nine + 15 * HOUR, 'Mon 23 Nov 00:00 - 24:00'],
    ['of two days has both', nine - 9 * HOUR, nine + 39 * HOUR, 'Mon 23 Nov 00:00 - Wed 25 Nov 00:00'],
  ])('%s', (_, from, to, said) => {
    expect(span(from, to)).toBe(said);
  });
  it('has no day when that is today', () => {
    expect(span(nine, nine + HOUR, () => true)).toBe('09:00 - 10:00');
  });
});
