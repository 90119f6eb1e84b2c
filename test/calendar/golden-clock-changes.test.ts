// Clock changes, in Europe/Berlin: 29 March 2026 has no 02:30, 25 October 2026 has it twice.
import { describe, it } from 'vitest';
import { checkRow, event, type GoldenRow } from '../support/golden-calendar.ts';

const rows: GoldenRow[] = [
  {
    name: 'a time that comes twice means its first pass',
    ics: event('DTSTART;TZID=Europe/Berlin:20261025T023000'),
    gives: ['2026-10-25T00:30Z'],
  },
  {
    name: 'a series takes the first pass as well, every day by its wall time',
    ics: event('DTSTART;TZID=Europe/Berlin:20261024T023000', 'RRULE:FREQ=DAILY;COUNT=3'),
    gives: ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  },
  {
    name: 'a DTSTART in the gap is an hour later that day, and at its wall time on the days after',
    ics: event('DTSTART;TZID=Europe/Berlin:20260329T023000', 'RRULE:FREQ=DAILY;COUNT=3'),
    gives: ['2026-03-29T01:30Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z'],
  },
  {
    name: 'an instance in the gap shifts forward and counts',
    ics: event('DTSTART;TZID=Europe/Berlin:20260328T023000', 'RRULE:FREQ=DAILY;COUNT=3'),
    gives: ['2026-03-28T01:30Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z'],
  },
  {
    name: 'DURATION:P1D over the change ends at the same wall time (23 hours)',
    ics: event('DTSTART;TZID=Europe/Berlin:20260328T120000', 'DURATION:P1D'),
    gives: ['2026-03-28T11:00Z/2026-03-29T10:00Z'],
  },
  {
    name: 'DURATION:PT24H over the change is 24 hours',
    ics: event('DTSTART;TZID=Europe/Berlin:20260328T120000', 'DURATION:PT24H'),
    gives: ['2026-03-28T11:00Z/2026-03-29T11:00Z'],
  },
  {
    name: 'DURATION:P1DT2H counts the day by the calendar, then two exact hours',
    ics: event('DTSTART;TZID=Europe/Berlin:20260328T010000', 'DURATION:P1DT2H'),
    gives: ['2026-03-28T00:00Z/2026-03-29T02:00Z'],
  },
  {
    name: 'three all-day days by DURATION end at midnight of the fourth day, though one has 25 hours',
    ics: event('DTSTART;VALUE=DATE:20261023', 'DURATION:P3D'),
    gives: ['2026-10-22T22:00Z/2026-10-25T23:00Z'],
  },
  {
    name: 'an all-day series with DURATION keeps its days in every instance',
    ics: event('DTSTART;VALUE=DATE:20261023', 'DURATION:P3D', 'RRULE:FREQ=WEEKLY;COUNT=2'),
    gives: ['2026-10-22T22:00Z/2026-10-25T23:00Z', '2026-10-29T23:00Z/2026-11-01T23:00Z'],
  },
  {
    name: 'with DTEND every instance has the exact length of the first (8 hours), also over the change',
    ics: event(
      'DTSTART;TZID=Europe/Berlin:20260327T220000',
      'DTEND;TZID=Europe/Berlin:20260328T060000',
      'RRULE:FREQ=DAILY;COUNT=3',
    ),
    gives: [
      '2026-03-27T21:00Z/2026-03-28T05:00Z',
      '2026-03-28T21:00Z/2026-03-29T05:00Z',
      '2026-03-29T20:00Z/2026-03-30T04:00Z',
    ],
  },
  {
    name: 'an hourly rule steps on the wall clock; the skipped hour falls together with the next and is one occurrence',
    ics: event('DTSTART;TZID=Europe/Berlin:20260329T010000', 'RRULE:FREQ=HOURLY;UNTIL=20260329T020000Z'),
    gives: ['2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z'],
  },
  {
    name: 'an hourly rule over the repeated hour has it once',
    ics: event('DTSTART;TZID=Europe/Berlin:20261025T010000', 'RRULE:FREQ=HOURLY;COUNT=4'),
    gives: ['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T02:00Z', '2026-10-25T03:00Z'],
  },
  {
    name: 'a day whose midnight is skipped (Cairo, 24 April 2026) begins at one',
    ics: event('DTSTART;VALUE=DATE:20260424'),
    options: { zone: 'Africa/Cairo' },
    gives: ['2026-04-23T22:00Z/2026-04-24T21:00Z'],
  },
  {
    name: 'half an hour of change (Lord Howe, 5 April 2026) works the same',
    ics: event('DTSTART;TZID=Australia/Lord_Howe:20260404T014500', 'RRULE:FREQ=DAILY;COUNT=3'),
    gives: ['2026-04-03T14:45Z', '2026-04-04T14:45Z', '2026-04-05T15:15Z'],
  },
];

describe('clock changes', () => {
  it.each(rows)('$name', checkRow);
});
