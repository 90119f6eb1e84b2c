// Recurrence rules by years that name days in several ways at once, and rules that hardly ever start.
import { describe, it } from 'vitest';
import { checkRow, event, type GoldenRow } from '../support/golden-calendar.ts';

/** Days at 09:00 UTC. */
const days = (...list: string[]) => list.map((day) => `${day}T09:00Z`);
const rule = (text: string, start: string) => event(`DTSTART:${start}T090000Z`, `RRULE:${text}`);
const span = (from: string, to: string) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });

const rows: GoldenRow[] = [
  {
    name: 'every Friday and the first Monday of the year',
    ics: rule('FREQ=YEARLY;BYDAY=FR,1MO', '20260102'),
    options: span('2026-01-01', '2026-02-01'),
    gives: days('2026-01-02', '2026-01-05', '2026-01-09', '2026-01-16', '2026-01-23', '2026-01-30'),
  },
  {
    name: 'a 53rd Saturday is only in years that have one',
    ics: rule('FREQ=YEARLY;BYDAY=53SA', '20270102'),
    options: span('2027-01-01', '2033-01-01'),
    gives: days('2027-01-02', '2028-12-30'),
  },
  {
    name: 'a 53rd Friday from the end is only in years that have one',
    ics: rule('FREQ=YEARLY;BYDAY=-53FR', '20260102'),
    options: span('2026-01-01', '2033-01-01'),
    gives: days('2026-01-02', '2027-01-01', '2032-01-02'),
  },
  ...[
    { from: '2024-01-01', gives: days('2024-05-13', '2025-05-12', '2026-05-11', '2027-05-17') },
    { from: '2026-01-01', gives: days('2026-05-11', '2027-05-17') },
    { from: '2027-05-10', gives: days('2027-05-17') },
  ].map(({ from, gives }) => ({
    name: `BYWEEKNO alone means the day of the week of DTSTART, asked about from ${from}`,
    ics: rule('FREQ=YEARLY;BYWEEKNO=20', '20240513'),
    options: span(from, '2028-01-01'),
    gives,
  })),
  {
    name: 'BYDAY limits the days of BYYEARDAY',
    ics: rule('FREQ=YEARLY;BYYEARDAY=1,100,200;BYDAY=MO,TU,WE,TH,FR', '20250101'),
    options: span('2026-01-01', '2027-01-01'),
    gives: days('2026-01-01', '2026-04-10'),
  },
  {
    name: 'BYMONTHDAY limits the days of BYYEARDAY',
    ics: rule('FREQ=YEARLY;BYYEARDAY=1,100,200;BYMONTHDAY=1,19', '20250101'),
    options: span('2026-01-01', '2027-01-01'),
    gives: days('2026-01-01', '2026-07-19'),
  },
  {
    name: 'BYMONTHDAY limits the days of BYWEEKNO',
    ics: rule('FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=15,16,17', '20200515'),
    options: span('2026-01-01', '2028-01-01'),
    gives: days('2026-05-15', '2026-05-16', '2026-05-17', '2027-05-17'),
  },
  {
    name: 'BYMONTHDAY limits the nth weekdays of a year',
    ics: rule('FREQ=YEARLY;BYDAY=-10WE,20SA;BYMONTHDAY=20,28', '20230520'),
    options: span('2023-01-01', '2030-01-01'),
    gives: days('2023-05-20', '2026-10-28'),
  },
  {
    name: 'a daily rule on Mondays with the highest COUNT',
    ics: rule('FREQ=DAILY;BYDAY=MO;COUNT=10000', '19760105'),
    options: span('2026-03-10', '2026-03-24'),
    gives: days('2026-03-16', '2026-03-23'),
  },
  {
    name: 'a rule that never starts has its DTSTART and nothing later',
    ics: rule('FREQ=DAILY;COUNT=100;BYMINUTE=45;BYSETPOS=5', '19900101'),
    options: span('1990-01-01', '2030-01-01'),
    gives: days('1990-01-01'),
  },
  {
    name: 'an hourly rule ends at UNTIL, however long the span asked about',
    ics: rule('FREQ=HOURLY;UNTIL=20260302T120000Z', '20260302'),
    options: span('2026-01-01', '2029-01-01'),
    gives: ['2026-03-02T09:00Z', '2026-03-02T10:00Z', '2026-03-02T11:00Z', '2026-03-02T12:00Z'],
  },
  {
    name: 'an hourly rule up to a UNTIL in the hour that comes twice',
    ics: event(
      'DTSTART;TZID=Europe/Berlin:20261025T010000',
      'RRULE:FREQ=HOURLY;BYMINUTE=0,50;UNTIL=20261025T011000Z',
    ),
    gives: ['2026-10-24T23:00Z', '2026-10-24T23:50Z', '2026-10-25T00:00Z', '2026-10-25T00:50Z'],
  },
];

describe('recurrence rules by years, and rules that hardly ever start', () => {
  it.each(rows)('$name', checkRow);
});
