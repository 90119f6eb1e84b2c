// Replaced instances: events with a RECURRENCE-ID.
import { describe, it } from 'vitest';
import { checkRow, event, type GoldenRow } from '../support/golden-calendar.ts';

const daily = event('DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=DAILY;COUNT=4');
const berlin = event(
  'DTSTART;TZID=Europe/Berlin:20260327T090000',
  'DURATION:PT1H',
  'RRULE:FREQ=DAILY;COUNT=4',
);

const rows: GoldenRow[] = [
  {
    name: 'two replaced instances without a series (an invitation to some) are both events of their own',
    ics: [
      ...event('RECURRENCE-ID:20260302T090000Z', 'DTSTART:20260302T100000Z', 'SUMMARY:One'),
      ...event('RECURRENCE-ID:20260309T090000Z', 'DTSTART:20260309T100000Z', 'SUMMARY:Two'),
    ],
    gives: ['One: 2026-03-02T10:00Z', 'Two: 2026-03-09T10:00Z'],
  },
  {
    name: 'an event without a rule is replaced by the one that names its DTSTART',
    ics: [
      ...event('DTSTART:20260302T090000Z'),
      ...event('RECURRENCE-ID:20260302T090000Z', 'DTSTART:20260303T120000Z'),
    ],
    gives: ['2026-03-03T12:00Z'],
  },
  {
    name: 'THISANDFUTURE moves, lengthens and renames this and all later instances',
    ics: [
      ...event(
        'DTSTART;TZID=Europe/Berlin:20260327T090000',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;COUNT=4',
        'SUMMARY:Old',
      ),
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260328T090000',
        'DTSTART;TZID=Europe/Berlin:20260328T110000',
        'DURATION:PT2H',
        'SUMMARY:New',
      ),
    ],
    gives: [
      'Old: 2026-03-27T08:00Z/2026-03-27T09:00Z',
      'New: 2026-03-28T10:00Z/2026-03-28T12:00Z',
      'New: 2026-03-29T09:00Z/2026-03-29T11:00Z',
      'New: 2026-03-30T09:00Z/2026-03-30T11:00Z',
    ],
  },
  {
    name: 'a replacement of one instance wins over THISANDFUTURE before it',
    ics: [
      ...daily,
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T090000Z',
        'DTSTART:20260303T110000Z',
        'DURATION:PT1H',
      ),
      ...event('RECURRENCE-ID:20260304T090000Z', 'DTSTART:20260304T150000Z', 'DURATION:PT1H'),
    ],
    gives: ['2026-03-02T09:00Z', '2026-03-03T11:00Z', '2026-03-04T15:00Z', '2026-03-05T11:00Z'],
  },
  {
    name: 'a cancelled THISANDFUTURE ends the series',
    ics: [...daily, ...event('RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T090000Z', 'STATUS:CANCELLED')],
    gives: ['2026-03-02T09:00Z', '2026-03-03T09:00Z'],
  },
  {
    name: 'the later of two THISANDFUTURE holds from its instance on',
    ics: [
      ...daily,
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T090000Z',
        'DTSTART:20260303T110000Z',
        'DURATION:PT1H',
      ),
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T090000Z',
        'DTSTART:20260304T130000Z',
        'DURATION:PT1H',
      ),
    ],
    gives: ['2026-03-02T09:00Z', '2026-03-03T11:00Z', '2026-03-04T13:00Z', '2026-03-05T13:00Z'],
  },
  {
    name: 'an instance of an all-day series may become one at a time of day',
    ics: [
      ...event('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY;COUNT=2'),
      ...event('RECURRENCE-ID;VALUE=DATE:20260303', 'DTSTART:20260303T090000Z', 'DTEND:20260303T100000Z'),
    ],
    gives: ['2026-03-01T23:00Z/2026-03-02T23:00Z', '2026-03-03T09:00Z/2026-03-03T10:00Z'],
  },
  {
    name: 'RECURRENCE-ID without a zone is meant in that of the series',
    ics: [
      ...berlin,
      ...event(
        'RECURRENCE-ID:20260328T090000',
        'DTSTART;TZID=America/New_York:20260328T090000',
        'DURATION:PT1H',
      ),
    ],
    gives: ['2026-03-27T08:00Z', '2026-03-28T13:00Z', '2026-03-29T07:00Z', '2026-03-30T07:00Z'],
  },
  {
    name: 'RECURRENCE-ID;VALUE=DATE on a timed series is the instance of that local day',
    ics: [
      ...berlin,
      ...event('RECURRENCE-ID;VALUE=DATE:20260328', 'DTSTART:20260328T150000Z', 'DURATION:PT1H'),
    ],
    gives: ['2026-03-27T08:00Z', '2026-03-28T15:00Z', '2026-03-29T07:00Z', '2026-03-30T07:00Z'],
  },
  {
    name: 'a cancelled event books nothing',
    ics: event('DTSTART:20260302T090000Z', 'STATUS:Cancelled'),
    gives: [],
  },
  {
    name: 'a cancelled series books nothing; a living replacement stays',
    ics: [
      ...event('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'STATUS:CANCELLED'),
      ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T100000Z'),
    ],
    gives: ['2026-03-03T10:00Z'],
  },
  {
    name: 'a cancelled replacement removes its instance, in any case of letters',
    ics: [
      ...daily,
      ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T090000Z', 'status:cancelled'),
    ],
    gives: ['2026-03-02T09:00Z', '2026-03-04T09:00Z', '2026-03-05T09:00Z'],
  },
  { name: 'METHOD:CANCEL books nothing', ics: ['METHOD:CANCEL', ...daily], gives: [] },
  {
    name: 'a replacement without DTSTART stays where its instance was',
    ics: [...daily, ...event('RECURRENCE-ID:20260304T090000Z', 'DTEND:20260304T120000Z', 'SUMMARY:Longer')],
    gives: [
      'Class: 2026-03-02T09:00Z/2026-03-02T10:00Z',
      'Class: 2026-03-03T09:00Z/2026-03-03T10:00Z',
      'Longer: 2026-03-04T09:00Z/2026-03-04T12:00Z',
      'Class: 2026-03-05T09:00Z/2026-03-05T10:00Z',
    ],
  },
  {
    name: 'a replacement without an end lasts as long as its series, with a warning',
    ics: [...daily, ...event('RECURRENCE-ID:20260302T090000Z', 'DTSTART:20260302T120000Z')],
    gives: [
      '2026-03-02T12:00Z/2026-03-02T13:00Z',
      '2026-03-03T09:00Z/2026-03-03T10:00Z',
      '2026-03-04T09:00Z/2026-03-04T10:00Z',
      '2026-03-05T09:00Z/2026-03-05T10:00Z',
    ],
    problems: ['event-no-end'],
  },
  {
    name: 'a replacement moved into the window is there',
    ics: [...daily, ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260401T090000Z', 'DURATION:PT1H')],
    options: { fromMs: Date.parse('2026-04-01T00:00Z') },
    gives: ['2026-04-01T09:00Z'],
  },
  {
    name: 'a replacement moved out of the window is not, nor what it replaced',
    ics: [...daily, ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260401T090000Z', 'DURATION:PT1H')],
    options: { toMs: Date.parse('2026-03-04T00:00Z') },
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'a replacement before DTSTART, longer than its series, and in front of it in the feed',
    ics: [
      ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260228T090000Z', 'DTEND:20260302T090000Z'),
      ...event('DTSTART:20260302T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2'),
    ],
    gives: ['2026-02-28T09:00Z/2026-03-02T09:00Z', '2026-03-02T09:00Z/2026-03-02T10:00Z'],
  },
  {
    name: 'RECURRENCE-ID in UTC names an instance of a zoned series',
    ics: [...berlin, ...event('RECURRENCE-ID:20260329T070000Z', 'STATUS:CANCELLED')],
    gives: ['2026-03-27T08:00Z', '2026-03-28T08:00Z', '2026-03-30T07:00Z'],
  },
  {
    name: 'of two replacements of one instance the higher SEQUENCE counts, else the later one in the feed',
    ics: [
      ...daily,
      ...event('RECURRENCE-ID:20260302T090000Z', 'DTSTART:20260302T120000Z', 'DURATION:PT1H', 'SEQUENCE:2'),
      ...event('RECURRENCE-ID:20260302T090000Z', 'DTSTART:20260302T130000Z', 'DURATION:PT1H', 'SEQUENCE:1'),
      ...event('RECURRENCE-ID:20260305T090000Z', 'DTSTART:20260305T120000Z', 'DURATION:PT1H'),
      ...event('RECURRENCE-ID:20260305T090000Z', 'DTSTART:20260305T130000Z', 'DURATION:PT1H'),
    ],
    gives: ['2026-03-02T12:00Z', '2026-03-03T09:00Z', '2026-03-04T09:00Z', '2026-03-05T13:00Z'],
  },
  {
    name: 'a replacement wins over an EXDATE of the same instant',
    ics: [
      ...event('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE:20260303T090000Z'),
      ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T110000Z'),
    ],
    gives: ['2026-03-02T09:00Z', '2026-03-03T11:00Z'],
  },
  {
    name: 'a replacement of an instance that the series does not have is shown',
    ics: [...daily, ...event('RECURRENCE-ID:20260402T090000Z', 'DTSTART:20260402T110000Z', 'DURATION:PT1H')],
    gives: [
      '2026-03-02T09:00Z',
      '2026-03-03T09:00Z',
      '2026-03-04T09:00Z',
      '2026-03-05T09:00Z',
      '2026-04-02T11:00Z',
    ],
  },
  {
    name: 'TENTATIVE counts, TRANSP is ignored',
    ics: event('DTSTART:20260302T090000Z', 'STATUS:TENTATIVE', 'TRANSP:TRANSPARENT'),
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'an event that cannot be read leaves its replacements standing',
    ics: [
      ...event('DTSTART:20260302T090000Z', 'RRULE:FREQ=FORTNIGHTLY'),
      ...event('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T110000Z'),
    ],
    gives: ['2026-03-03T11:00Z'],
    problems: ['event-bad-value'],
  },
];

describe('replaced instances', () => {
  it.each(rows)('$name', checkRow);
});
