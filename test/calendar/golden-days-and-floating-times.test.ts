// All-day events and times without a zone.
import { describe, expect, it } from 'vitest';
import { checkRow, event, type GoldenRow, read } from '../support/golden-calendar.ts';

const newYorkZone = [
  'BEGIN:VTIMEZONE',
  'TZID:America/New_York',
  'BEGIN:STANDARD',
  'DTSTART:20071104T020000',
  'TZOFFSETFROM:-0400',
  'TZOFFSETTO:-0500',
  'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:20070311T020000',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0400',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

const rows: GoldenRow[] = [
  {
    name: 'an all-day event is midnight to midnight in the configured zone',
    ics: event('DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260304'),
    gives: ['2026-03-01T23:00Z/2026-03-03T23:00Z'],
  },
  {
    name: 'the same in another configured zone, in the same process',
    ics: event('DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260304'),
    options: { zone: 'America/Los_Angeles' },
    gives: ['2026-03-02T08:00Z/2026-03-04T08:00Z'],
  },
  {
    name: 'a floating series keeps its wall time over the clock change',
    ics: event('DTSTART:20260328T090000', 'RRULE:FREQ=DAILY;COUNT=2'),
    gives: ['2026-03-28T08:00Z', '2026-03-29T07:00Z'],
  },
  {
    name: 'a floating time means the configured zone, whatever VTIMEZONE the feed has; that they differ is a problem',
    ics: [...newYorkZone, ...event('DTSTART:20260302T090000')],
    gives: ['2026-03-02T08:00Z'],
    problems: ['feed-zone-differs'],
  },
  {
    name: 'with no zone configured X-WR-TIMEZONE is meant, before any VTIMEZONE',
    ics: ['X-WR-TIMEZONE:Asia/Tokyo', ...newYorkZone, ...event('DTSTART:20260302T090000')],
    options: { zone: undefined },
    gives: ['2026-03-02T00:00Z'],
  },
  {
    name: 'with no zone configured the only VTIMEZONE of the feed is meant',
    ics: [...newYorkZone, ...event('DTSTART:20260302T090000')],
    options: { zone: undefined },
    gives: ['2026-03-02T14:00Z'],
  },
  {
    name: 'with no zone configured and two VTIMEZONEs UTC is meant',
    ics: [
      ...newYorkZone,
      ...newYorkZone.map((line) => line.replace('America/New_York', 'Europe/Paris')),
      ...event('DTSTART:20260302T090000'),
    ],
    options: { zone: undefined },
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'with no zone anywhere UTC is meant',
    ics: event('DTSTART:20260302T090000'),
    options: { zone: undefined },
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'X-WR-TIMEZONE that says the same under another name is no problem',
    ics: ['X-WR-TIMEZONE:W. Europe Standard Time', ...event('DTSTART:20260302T090000')],
    gives: ['2026-03-02T08:00Z'],
  },
  {
    name: 'DTEND equal to DTSTART on a date is one day',
    ics: event('DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260302'),
    gives: ['2026-03-01T23:00Z/2026-03-02T23:00Z'],
  },
  {
    name: 'a date without an end is one day',
    ics: event('DTSTART;VALUE=DATE:20260302'),
    gives: ['2026-03-01T23:00Z/2026-03-02T23:00Z'],
  },
  {
    name: 'eight digits are a date, with or without VALUE=DATE',
    ics: event('DTSTART:20260302'),
    gives: ['2026-03-01T23:00Z/2026-03-02T23:00Z'],
  },
  {
    name: 'what Outlook calls all-day (midnight to midnight in a zone) is that day in that zone',
    ics: event(
      'DTSTART;TZID="Eastern Standard Time":20260302T000000',
      'DTEND;TZID="Eastern Standard Time":20260303T000000',
      'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE',
    ),
    gives: ['2026-03-02T05:00Z/2026-03-03T05:00Z'],
  },
  {
    name: 'in an all-day series UNTIL in UTC (local midnight, as Exchange writes it) is its date in the configured zone',
    ics: event('DTSTART;VALUE=DATE:20260314', 'RRULE:FREQ=DAILY;UNTIL=20260315T230000Z'),
    gives: ['2026-03-13T23:00Z', '2026-03-14T23:00Z', '2026-03-15T23:00Z'],
  },
];

describe('days and floating times', () => {
  it.each(rows)('$name', checkRow);

  it('the problem of differing zones names both and shows the setting', () => {
    const { problems, zone } = read(['X-WR-TIMEZONE:Asia/Tokyo', ...event('DTSTART:20260302T090000')]);
    expect(zone).toBe('Europe/Berlin');
    expect(problems).toEqual([
      {
        code: 'feed-zone-differs',
        source: 'feed',
        severity: 'warning',
        where: "feed 'test'",
        feed: 'test',
        message:
          'expected the time zone of the feed to be calendarTimezone (Europe/Berlin), got "Asia/Tokyo"; ' +
          'all-day events and times without a zone are read in calendarTimezone',
        example: 'calendarTimezone: Asia/Tokyo',
      },
    ]);
  });
});
