// What a TZID means.
import { describe, expect, it } from 'vitest';
import { checkRow, event, type GoldenRow, read } from '../support/golden-calendar.ts';
import { berlinSince1601, zone } from '../support/golden-zone.ts';

const dailyOverTheChange = (tzid: string) =>
  event(`DTSTART;TZID=${tzid}:20260328T090000`, 'RRULE:FREQ=DAILY;COUNT=2');
const asInBerlin = ['2026-03-28T08:00Z', '2026-03-29T07:00Z'];
const at = (tzid: string) => event(`DTSTART;TZID=${tzid}:20260302T090000`);

const rows: GoldenRow[] = [
  {
    name: 'a name that only a VTIMEZONE explains follows its rules (parts since 1601)',
    ics: [...zone('Mein Kalender', ...berlinSince1601), ...dailyOverTheChange('Mein Kalender')],
    options: { zone: 'Asia/Tokyo' },
    problems: ['feed-zone-differs'],
    gives: asInBerlin,
  },
  {
    name: 'TZID=1',
    ics: [...zone('1', ...berlinSince1601), ...dailyOverTheChange('1')],
    gives: asInBerlin,
  },
  {
    name: 'TZID=GMT+0530-x follows its VTIMEZONE, not its label',
    ics: [...zone('GMT+0530-x', ...berlinSince1601), ...dailyOverTheChange('GMT+0530-x')],
    gives: asInBerlin,
  },
  {
    name: 'Customized Time Zone with offsets that no city has, its VTIMEZONE after the events',
    ics: [
      ...event('DTSTART;TZID="Customized Time Zone":20260321T090000', 'RRULE:FREQ=DAILY;COUNT=3'),
      ...zone(
        'Customized Time Zone',
        ['STANDARD', '16010921T000000', '+0430', '+0330', 'RRULE:FREQ=YEARLY;BYMONTHDAY=21;BYMONTH=9'],
        ['DAYLIGHT', '16010322T000000', '+0330', '+0430', 'RRULE:FREQ=YEARLY;BYMONTHDAY=22;BYMONTH=3'],
      ),
    ],
    problems: ['feed-zone-differs'],
    gives: ['2026-03-21T05:30Z', '2026-03-22T04:30Z', '2026-03-23T04:30Z'],
  },
  {
    name: 'a VTIMEZONE may list its changes as RDATE, and have several STANDARD parts with UNTIL',
    ics: [
      ...zone(
        'Campus',
        [
          'STANDARD',
          '19701025T030000',
          '+0200',
          '+0100',
          'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20251026T010000Z',
        ],
        ['DAYLIGHT', '20260301T020000', '+0100', '+0300', 'RDATE:20260701T020000'],
        ['STANDARD', '20260601T030000', '+0300', '+0000'],
      ),
      ...event('DTSTART;TZID=Campus:20260115T120000', 'RRULE:FREQ=MONTHLY;BYMONTH=1,3,6,7;COUNT=4'),
    ],
    problems: ['feed-zone-differs'],
    gives: ['2026-01-15T11:00Z', '2026-03-15T09:00Z', '2026-06-15T12:00Z', '2026-07-15T09:00Z'],
  },
  {
    name: 'before the first change of a VTIMEZONE its TZOFFSETFROM holds',
    ics: [...zone('Later', ['STANDARD', '20261001T000000', '+0500', '+0100']), ...at('Later')],
    problems: ['feed-zone-differs'],
    gives: ['2026-03-02T04:00Z'],
  },
  {
    name: '/mozilla.org/20050126_1/Europe/Berlin',
    ics: dailyOverTheChange('/mozilla.org/20050126_1/Europe/Berlin'),
    gives: asInBerlin,
  },
  {
    name: '/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires',
    ics: at('/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires'),
    gives: ['2026-03-02T12:00Z'],
  },
  {
    name: 'TZID=tzone://Microsoft/Utc with its colon unquoted',
    ics: at('tzone://Microsoft/Utc'),
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'a TZID that nobody knows means the configured zone; one warning for all events that have it',
    ics: [
      ...at('Nowhere'),
      ...event('UID:f', 'DTSTART;TZID=Nowhere:20260328T090000', 'RRULE:FREQ=DAILY;COUNT=2'),
    ],
    problems: ['unknown-time-zone'],
    gives: ['2026-03-02T08:00Z', ...asInBerlin],
  },
  { name: 'a Windows name', ics: dailyOverTheChange('W. Europe Standard Time'), gives: asInBerlin },
  {
    name: 'a Windows name in quotes',
    ics: dailyOverTheChange('"W. Europe Standard Time"'),
    gives: asInBerlin,
  },
  {
    name: 'a name as Outlook shows it',
    ics: dailyOverTheChange('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"'),
    gives: asInBerlin,
  },
  { name: 'europe/berlin', ics: dailyOverTheChange('europe/berlin'), gives: asInBerlin },
  { name: 'Etc/GMT-2 is two hours east', ics: at('Etc/GMT-2'), gives: ['2026-03-02T07:00Z'] },
  { name: 'CET', ics: dailyOverTheChange('CET'), gives: asInBerlin },
  { name: 'EST5EDT', ics: at('EST5EDT'), gives: ['2026-03-02T14:00Z'] },
  {
    name: 'start and end in two zones',
    ics: event('DTSTART;TZID=Europe/Berlin:20260302T090000', 'DTEND;TZID=America/New_York:20260302T090000'),
    gives: ['2026-03-02T08:00Z/2026-03-02T14:00Z'],
  },
  {
    name: 'Z counts, whatever TZID stands before it',
    ics: event('DTSTART;TZID=Asia/Tokyo:20260302T090000Z'),
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'a quoted TZID with a colon and with carets (RFC 6868) is found in its VTIMEZONE',
    ics: [...zone('Room: "A"', ...berlinSince1601), ...dailyOverTheChange('"Room: ^\'A^\'"')],
    gives: asInBerlin,
  },
];

describe('time zones', () => {
  it.each(rows)('$name', checkRow);

  it('the warning of a TZID that nobody knows names the event that uses it, and how many more do', () => {
    const line = 'DTSTART;TZID=Nowhere:20260302T090000';
    const { problems } = read([...event('UID:a', 'SUMMARY:Midterm', line), ...event('UID:b', line)]);
    expect(problems).toMatchObject([
      {
        message:
          'expected a known TZID, got "Nowhere" in event \'Midterm\' of 2026-03-02 09:00 and 1 more; its times are read in Europe/Berlin',
        example: 'TZID=Europe/Berlin',
      },
    ]);
  });

  it('the same TZID may mean two things in two calendars of one feed', () => {
    const calendars = ['+0100', '+0900'].flatMap((offset, index) => [
      'BEGIN:VCALENDAR',
      ...zone('Ours', ['STANDARD', '19700101T000000', offset, offset]),
      ...event(`UID:${index}`, 'DTSTART;TZID=Ours:20260302T090000'),
      'END:VCALENDAR',
    ]);
    checkRow({
      name: '',
      ics: Buffer.from(calendars.join('\n')),
      gives: ['2026-03-02T00:00Z', '2026-03-02T08:00Z'],
    });
  });
});
