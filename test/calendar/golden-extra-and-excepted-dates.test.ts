// RDATE and EXDATE.
import { describe, it } from 'vitest';
import { checkRow, event, type GoldenRow } from '../support/golden-calendar.ts';

const NEW_YORK = 'TZID=America/New_York';
const weeklyAtNine = [`DTSTART;${NEW_YORK}:20260302T210000`, 'RRULE:FREQ=WEEKLY;COUNT=3'];
const weeklyAtNineWithoutTheSecond = ['2026-03-03T02:00Z', '2026-03-17T01:00Z'];

const rows: GoldenRow[] = [
  {
    name: 'RDATE without a rule adds to DTSTART',
    ics: event('DTSTART:20260302T090000Z', 'RDATE:20260305T100000Z,20260306T090000Z'),
    gives: ['2026-03-02T09:00Z', '2026-03-05T10:00Z', '2026-03-06T09:00Z'],
  },
  {
    name: 'RDATE beside a rule adds to it; the same instant is one occurrence',
    ics: event(
      'DTSTART:20260302T090000Z',
      'RRULE:FREQ=DAILY;COUNT=2',
      'RDATE:20260303T090000Z',
      'RDATE:20260309T090000Z',
    ),
    gives: ['2026-03-02T09:00Z', '2026-03-03T09:00Z', '2026-03-09T09:00Z'],
  },
  {
    name: 'RDATE;VALUE=DATE on an all-day event adds days',
    ics: event('DTSTART;VALUE=DATE:20260302', 'RDATE;VALUE=DATE:20260305'),
    gives: ['2026-03-01T23:00Z/2026-03-02T23:00Z', '2026-03-04T23:00Z/2026-03-05T23:00Z'],
  },
  {
    name: 'RDATE;VALUE=DATE on a timed event adds that day at the time of the event',
    ics: event('DTSTART;TZID=Europe/Berlin:20260302T090000', 'DURATION:PT1H', 'RDATE;VALUE=DATE:20260402'),
    gives: ['2026-03-02T08:00Z/2026-03-02T09:00Z', '2026-04-02T07:00Z/2026-04-02T08:00Z'],
  },
  {
    name: 'RDATE;VALUE=PERIOD brings its own end, as a time or as a length',
    ics: event(
      'DTSTART:20260302T090000Z',
      'DURATION:PT1H',
      'RDATE;VALUE=PERIOD:20260303T090000Z/20260303T120000Z,20260304T090000Z/PT30M',
    ),
    gives: [
      '2026-03-02T09:00Z/2026-03-02T10:00Z',
      '2026-03-03T09:00Z/2026-03-03T12:00Z',
      '2026-03-04T09:00Z/2026-03-04T09:30Z',
    ],
  },
  {
    name: 'RDATE with an override: the added instance is replaced',
    ics: [
      ...event('DTSTART:20260302T090000Z', 'RDATE:20260305T090000Z'),
      ...event('RECURRENCE-ID:20260305T090000Z', 'DTSTART:20260305T140000Z'),
    ],
    gives: ['2026-03-02T09:00Z', '2026-03-05T14:00Z'],
  },
  {
    name: 'EXDATE removes an RDATE too',
    ics: event('DTSTART:20260302T090000Z', 'RDATE:20260305T090000Z', 'EXDATE:20260305T090000Z'),
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'RDATE in another zone is that instant',
    ics: event('DTSTART;TZID=Europe/Berlin:20260302T090000', `RDATE;${NEW_YORK}:20260305T090000`),
    gives: ['2026-03-02T08:00Z', '2026-03-05T14:00Z'],
  },
  {
    name: 'EXDATE;VALUE=DATE removes the local day in the zone of DTSTART',
    ics: event(...weeklyAtNine, 'EXDATE;VALUE=DATE:20260309'),
    gives: weeklyAtNineWithoutTheSecond,
  },
  {
    name: 'EXDATE without a zone is meant in the zone of DTSTART',
    ics: event(...weeklyAtNine, 'EXDATE:20260309T210000'),
    gives: weeklyAtNineWithoutTheSecond,
  },
  {
    name: 'RDATE without a zone is meant in the zone of DTSTART',
    ics: event(`DTSTART;${NEW_YORK}:20260302T090000`, 'RDATE:20260305T090000'),
    gives: ['2026-03-02T14:00Z', '2026-03-05T14:00Z'],
  },
  {
    name: 'in an all-day series EXDATE takes the date as written, whatever time stands behind it',
    ics: event('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20260303T000000'),
    gives: ['2026-03-01T23:00Z', '2026-03-03T23:00Z'],
  },
  {
    name: 'names and fixed words may be in lower case',
    ics: event(
      'dtstart:20260302T090000z',
      'rrule:freq=daily;count=2',
      'exdate:20260303t090000z',
      'status:cancelled',
    ).map((line) => (line === 'status:cancelled' ? 'status:confirmed' : line)),
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'EXDATE with TZID',
    ics: event(...weeklyAtNine, `EXDATE;${NEW_YORK}:20260309T210000`),
    gives: weeklyAtNineWithoutTheSecond,
  },
  {
    name: 'EXDATE in UTC',
    ics: event(...weeklyAtNine, 'EXDATE:20260310T010000Z'),
    gives: weeklyAtNineWithoutTheSecond,
  },
  {
    name: 'EXDATE in another zone',
    ics: event(...weeklyAtNine, 'EXDATE;TZID=Europe/Berlin:20260310T020000'),
    gives: weeklyAtNineWithoutTheSecond,
  },
  {
    name: 'EXDATE with a Windows zone',
    ics: event(...weeklyAtNine, 'EXDATE;TZID="Eastern Standard Time":20260309T210000'),
    gives: weeklyAtNineWithoutTheSecond,
  },
  {
    name: 'EXDATE as a list, and on several lines',
    ics: event(
      'DTSTART:20260302T090000Z',
      'RRULE:FREQ=DAILY;COUNT=5',
      'EXDATE:20260302T090000Z,20260304T090000Z',
      'EXDATE:20260306T090000Z',
    ),
    gives: ['2026-03-03T09:00Z', '2026-03-05T09:00Z'],
  },
  {
    name: 'COUNT counts before EXDATE takes away',
    ics: event('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE:20260302T090000Z'),
    gives: ['2026-03-03T09:00Z'],
  },
  {
    name: 'an EXDATE at midnight does not remove what starts at nine',
    ics: event('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE:20260303T000000Z'),
    gives: ['2026-03-02T09:00Z', '2026-03-03T09:00Z'],
  },
];

describe('extra and excepted dates', () => {
  it.each(rows)('$name', checkRow);
});
