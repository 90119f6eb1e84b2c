// Recurrence rules.
import { describe, it } from 'vitest';
import { checkRow, event, type GoldenRow } from '../support/golden-calendar.ts';

/** Days at 09:00 UTC. */
const days = (...list: string[]) => list.map((day) => `2026-${day}T09:00Z`);
const rule = (text: string, start = '20260302T090000Z') => event(`DTSTART:${start}`, `RRULE:${text}`);
const berlin = (text: string) => event('DTSTART;TZID=Europe/Berlin:20260327T090000', `RRULE:${text}`);
const other = event('UID:other', 'DTSTART:20260501T090000Z');

const rows: GoldenRow[] = [
  { name: 'FREQ may come last', ics: rule('COUNT=2;INTERVAL=2;FREQ=DAILY'), gives: days('03-02', '03-04') },
  { name: 'a rule in lower case', ics: rule('freq=weekly;count=2;byday=mo'), gives: days('03-02', '03-09') },
  ...[
    '',
    'FREQ=FORTNIGHTLY',
    'FREQ=DAILY;UNTIL=x',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;INTERVAL=-1',
    'COUNT=3',
  ].map((text) => ({
    name: `RRULE:${text} loses its event and no other`,
    ics: [...rule(text), ...other],
    gives: days('05-01'),
    problems: ['event-bad-value'],
  })),
  ...[
    'RSCALE=HEBREW;FREQ=YEARLY',
    'FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=FORWARD',
    'FREQ=DAILY;BYDAY=XX',
    'FREQ=DAILY;COUNT=0',
    'FREQ=YEARLY;BYMONTH=13',
    'FREQ=MONTHLY;BYMONTHDAY=0',
    'FREQ=DAILY;WKST=1',
    'FREQ=DAILY;BYHOUR=24',
    'FREQ=DAILY;FREQ=WEEKLY',
  ].map((text) => ({
    name: `RRULE:${text} loses its event and no other`,
    ics: [...rule(text), ...other],
    gives: days('05-01'),
    problems: ['event-bad-value'],
  })),
  {
    name: 'RSCALE=GREGORIAN;SKIP=OMIT says nothing new',
    ics: rule('RSCALE=GREGORIAN;SKIP=OMIT;FREQ=DAILY;COUNT=2'),
    gives: days('03-02', '03-03'),
  },
  {
    name: 'two rules are both followed, what they share is one occurrence',
    ics: event('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'RRULE:FREQ=WEEKLY;COUNT=2'),
    gives: days('03-02', '03-03', '03-04', '03-09'),
  },
  {
    name: 'EXRULE takes away',
    ics: event('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=5', 'EXRULE:FREQ=DAILY;INTERVAL=2'),
    gives: days('03-03', '03-05'),
  },
  {
    name: 'a DTSTART outside its rule is the first occurrence, and COUNT counts it',
    ics: rule('FREQ=WEEKLY;BYDAY=WE;COUNT=3'),
    gives: days('03-02', '03-04', '03-11'),
  },
  {
    name: 'a DTSTART outside its rule with COUNT=1 is alone',
    ics: rule('FREQ=WEEKLY;BYDAY=WE;COUNT=1'),
    gives: days('03-02'),
  },
  {
    name: 'a DTSTART that BYSETPOS skips is the first occurrence too',
    ics: rule('FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3'),
    gives: days('03-02', '03-31', '04-30'),
  },
  { name: 'UNTIL before DTSTART books nothing', ics: rule('FREQ=DAILY;UNTIL=20260301T090000Z'), gives: [] },
  {
    name: 'UNTIL is included',
    ics: rule('FREQ=DAILY;UNTIL=20260304T090000Z'),
    gives: days('03-02', '03-03', '03-04'),
  },
  {
    name: 'UNTIL one second earlier is not',
    ics: rule('FREQ=DAILY;UNTIL=20260304T085959Z'),
    gives: days('03-02', '03-03'),
  },
  {
    name: 'UNTIL as a date includes that whole local day of a timed series',
    ics: berlin('FREQ=DAILY;UNTIL=20260329'),
    gives: ['2026-03-27T08:00Z', '2026-03-28T08:00Z', '2026-03-29T07:00Z'],
  },
  {
    name: 'UNTIL without Z is meant in the zone of DTSTART',
    ics: berlin('FREQ=DAILY;UNTIL=20260329T090000'),
    gives: ['2026-03-27T08:00Z', '2026-03-28T08:00Z', '2026-03-29T07:00Z'],
  },
  {
    name: 'UNTIL in UTC is compared as an instant across the clock change',
    ics: berlin('FREQ=DAILY;UNTIL=20260329T065959Z'),
    gives: ['2026-03-27T08:00Z', '2026-03-28T08:00Z'],
  },
  {
    name: 'UNTIL in UTC between the two passes of a repeated hour',
    ics: event('DTSTART;TZID=Europe/Berlin:20261024T023000', 'RRULE:FREQ=DAILY;UNTIL=20261025T003000Z'),
    gives: ['2026-10-24T00:30Z', '2026-10-25T00:30Z'],
  },
  {
    name: 'BYSETPOS: the last working day of the month',
    ics: rule('FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3', '20260227T090000Z'),
    gives: days('02-27', '03-31', '04-30'),
  },
  {
    name: 'WKST decides which weeks INTERVAL=2 takes: with Monday',
    ics: rule('FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '20260303T090000Z'),
    gives: days('03-03', '03-08', '03-17', '03-22'),
  },
  {
    name: 'WKST decides which weeks INTERVAL=2 takes: with Sunday',
    ics: rule('FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '20260303T090000Z'),
    gives: days('03-03', '03-15', '03-17', '03-29'),
  },
  {
    name: 'BYWEEKNO=20',
    ics: rule('FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO,FR', '20260511T090000Z'),
    gives: days('05-11', '05-15'),
  },
  {
    name: 'BYWEEKNO=53 in a year that has it: its days around New Year',
    ics: rule('FREQ=YEARLY;BYWEEKNO=53;BYDAY=WE,TH,FR', '20201230T090000Z'),
    options: { toMs: Date.parse('2027-01-10T00:00Z') },
    gives: ['2026-12-30T09:00Z', '2026-12-31T09:00Z', '2027-01-01T09:00Z'],
  },
  {
    name: 'BYYEARDAY, also from the end',
    ics: rule('FREQ=YEARLY;BYYEARDAY=60,-1', '20260301T090000Z'),
    gives: days('03-01', '12-31'),
  },
  {
    name: 'the 31st is only in months that have it',
    ics: rule('FREQ=MONTHLY;COUNT=4', '20260131T090000Z'),
    gives: days('01-31', '03-31', '05-31', '07-31'),
  },
  {
    name: '29 February every year is every fourth year',
    ics: rule('FREQ=YEARLY', '20200229T090000Z'),
    options: { toMs: Date.parse('2029-01-01T00:00Z') },
    gives: ['2028-02-29T09:00Z'],
  },
  {
    name: 'BYDAY=-1FR',
    ics: rule('FREQ=MONTHLY;BYDAY=-1FR;COUNT=3', '20260327T090000Z'),
    gives: days('03-27', '04-24', '05-29'),
  },
  {
    name: 'an ordinal in a year with BYMONTH counts within the month',
    ics: rule('FREQ=YEARLY;BYMONTH=3,11;BYDAY=2SU', '20260308T090000Z'),
    gives: days('03-08', '11-08'),
  },
  {
    name: 'an ordinal in a year without BYMONTH counts within the year',
    ics: rule('FREQ=YEARLY;BYDAY=20MO', '20260518T090000Z'),
    gives: days('05-18'),
  },
  {
    name: 'Friday the 13th',
    ics: rule('FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '20260213T090000Z'),
    gives: days('02-13', '03-13', '11-13'),
  },
  {
    name: 'lists of hours and minutes',
    ics: rule('FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30;COUNT=5'),
    gives: [
      '2026-03-02T09:00Z',
      '2026-03-02T09:30Z',
      '2026-03-02T14:00Z',
      '2026-03-02T14:30Z',
      '2026-03-03T09:00Z',
    ],
  },
  {
    name: 'every five hours, over midnight',
    ics: rule('FREQ=HOURLY;INTERVAL=5;COUNT=4'),
    gives: ['2026-03-02T09:00Z', '2026-03-02T14:00Z', '2026-03-02T19:00Z', '2026-03-03T00:00Z'],
  },
  {
    name: 'in an all-day series hours of a rule are passed over',
    ics: event('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY;BYHOUR=9,10;COUNT=2'),
    gives: ['2026-03-01T23:00Z', '2026-03-02T23:00Z'],
  },
  {
    name: 'an all-day event cannot repeat hourly',
    ics: [...event('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=HOURLY;COUNT=2'), ...other],
    gives: days('05-01'),
    problems: ['event-bad-value'],
  },
  {
    name: 'a rule far from its DTSTART',
    ics: rule('FREQ=DAILY;INTERVAL=3;BYDAY=MO', '19760105T090000Z'),
    options: { fromMs: Date.parse('2026-03-01T00:00Z'), toMs: Date.parse('2026-04-01T00:00Z') },
    gives: days('03-16'),
  },
];

describe('recurrence rules', () => {
  it.each(rows)('$name', checkRow);
});
