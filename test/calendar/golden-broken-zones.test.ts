// What becomes of a VTIMEZONE that cannot be read, or only in part.
import { describe, expect, it } from 'vitest';
import { checkRow, event, type GoldenRow, read } from '../support/golden-calendar.ts';
import { berlinSince1601, zone } from '../support/golden-zone.ts';

const dailyOverTheChange = (tzid: string) =>
  event(`DTSTART;TZID=${tzid}:20260328T090000`, 'RRULE:FREQ=DAILY;COUNT=2');
const asInBerlin = ['2026-03-28T08:00Z', '2026-03-29T07:00Z'];
const at = (tzid: string) => event(`DTSTART;TZID=${tzid}:20260302T090000`);

const rows: GoldenRow[] = [
  {
    name: 'a VTIMEZONE that cannot be read is a problem; its times are read in the configured zone',
    ics: [...zone('Broken', ['STANDARD', '19700101T000000', 'east', '+0100']), ...at('Broken')],
    problems: ['bad-time-zone', 'unknown-time-zone'],
    gives: ['2026-03-02T08:00Z'],
  },
  {
    name: 'a part of long ago that cannot be read is left out of its VTIMEZONE',
    ics: [
      ...zone(
        'Campus',
        ['DAYLIGHT', '19400101T000000', '+0100', '+0200', 'RRULE:FREQ=WHENEVER'],
        ...berlinSince1601,
      ),
      ...dailyOverTheChange('Campus'),
    ],
    options: { zone: 'Asia/Tokyo' },
    problems: ['bad-time-zone', 'feed-zone-differs'],
    gives: asInBerlin,
  },
  {
    name: 'without a part that changes the clocks today a VTIMEZONE would lie, and is left out whole',
    ics: [
      ...zone(
        'Campus',
        ['STANDARD', '19701025T030000', '+0200', '+0100', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'],
        ['DAYLIGHT', '19700329T020000', '+0100', '+0200', 'RRULE:FREQ=WHENEVER;BYMONTH=3;BYDAY=-1SU'],
      ),
      ...dailyOverTheChange('Campus'),
    ],
    problems: ['bad-time-zone', 'unknown-time-zone'],
    gives: asInBerlin,
  },
  {
    name: 'an offset without its sign is one east of Greenwich, and a problem',
    ics: [
      ...zone(
        'Campus',
        ['STANDARD', '19701025T030000', '0200', '0100', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'],
        ['DAYLIGHT', '19700329T020000', '+0100', '0200', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'],
      ),
      ...dailyOverTheChange('Campus'),
    ],
    options: { zone: 'Asia/Tokyo' },
    problems: ['bad-time-zone', 'feed-zone-differs'],
    gives: asInBerlin,
  },
  {
    name: 'a VTIMEZONE with a line of too many parameters costs no more than itself',
    ics: [
      ...zone('Campus', [
        'STANDARD',
        '19700101T000000',
        '+0100',
        '+0100',
        `RDATE${';X=1'.repeat(201)}:20260101T000000`,
      ]),
      ...at('Campus'),
    ],
    problems: ['bad-time-zone', 'unknown-time-zone'],
    gives: ['2026-03-02T08:00Z'],
  },
];

describe('broken VTIMEZONEs', () => {
  it.each(rows)('$name', checkRow);

  it('the warning of a VTIMEZONE read in part says what is left out, and why', () => {
    const { problems } = read([
      ...zone('Campus', ['DAYLIGHT', '19400101T000000', 'east', '+0200'], ...berlinSince1601),
      ...at('Campus'),
    ]);
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        message:
          'the VTIMEZONE "Campus" is read without 1 of its 3 parts: expected an offset such as +0530, got "east"',
      },
    ]);
  });
});
