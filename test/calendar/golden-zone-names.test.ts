// How programs write the name of a zone: labels of Windows, abbreviations, paths, names with colons and quotes.
import { describe, expect, it } from 'vitest';
import { checkRow, event, type GoldenRow, read } from '../support/golden-calendar.ts';
import { berlinSince1601, zone } from '../support/golden-zone.ts';

/** Nine in the morning of a day in July, so that a zone without its summer time shows. */
const nine = (tzid: string) => event(`DTSTART;TZID=${tzid}:20260706T090000`);

/** What Windows shows, and the zone it means. */
const labels: [label: string, zone: string][] = [
  ['(UTC-10:00) Aleutian Islands', 'America/Adak'],
  ['(UTC-08:00) Pacific Time (US & Canada)', 'America/Los_Angeles'],
  ['(UTC-08:00) Baja California', 'America/Tijuana'],
  ['(UTC-07:00) Arizona', 'America/Phoenix'],
  ['(UTC-07:00) La Paz, Mazatlan', 'America/Mazatlan'],
  ['(UTC-06:00) Central Time (US & Canada)', 'America/Chicago'],
  ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
  ['(UTC-05:00) Bogota, Lima, Quito, Rio Branco', 'America/Bogota'],
  ['(UTC-05:00) Haiti', 'America/Port-au-Prince'],
  ['(UTC-05:00) Havana', 'America/Havana'],
  ['(UTC-05:00) Turks and Caicos', 'America/Grand_Turk'],
  ['(UTC-03:00) Saint Pierre and Miquelon', 'America/Miquelon'],
  ['(UTC-02:00) Greenland', 'America/Nuuk'],
  ['(UTC-02:00) Coordinated Universal Time-02', 'Etc/GMT+2'],
  ['(UTC+00:00) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
  ['(UTC) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
  ['(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
  ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
  ['(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien', 'Europe/Berlin'],
  ['(UTC+01:00) Brüssel, Kopenhagen, Madrid, Paris', 'Europe/Paris'],
  ['(UTC+02:00) Athens, Bucharest', 'Europe/Bucharest'],
  ['(UTC+02:00) Chisinau', 'Europe/Chisinau'],
  ['(UTC+02:00) Gaza, Hebron', 'Asia/Hebron'],
  ['(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius', 'Europe/Kyiv'],
  ['(UTC+03:00) Istanbul', 'Europe/Istanbul'],
  ['(UTC+03:00) Minsk', 'Europe/Minsk'],
  ['(UTC+10:00) Canberra, Melbourne, Sydney', 'Australia/Sydney'],
  ['(UTC+10:30) Lord Howe Island', 'Australia/Lord_Howe'],
  ['(UTC+11:00) Norfolk Island', 'Pacific/Norfolk'],
  ['(UTC+12:45) Chatham Islands', 'Pacific/Chatham'],
];

const rows: GoldenRow[] = [
  {
    name: 'the zone of a label without the offset before it',
    ics: nine('"Eastern Time (US & Canada)"'),
    gives: ['2026-07-06T13:00Z'],
  },
  {
    name: 'an offset in the label is taken when it says nothing else',
    ics: [...nine('GMT+0530'), ...event('UID:f', 'DTSTART;TZID="(UTC-05:00)":20260706T090000')],
    gives: ['2026-07-06T03:30Z', '2026-07-06T14:00Z'],
  },
  {
    name: 'an offset before a place that nobody knows is a guess, and a problem',
    ics: nine('"(UTC-05:00) Somewhere"'),
    problems: ['unknown-time-zone'],
    gives: ['2026-07-06T14:00Z'],
  },
  {
    name: 'so it is in X-WR-TIMEZONE when no zone is configured',
    ics: ['X-WR-TIMEZONE:(UTC-05:00) Somewhere', ...event('DTSTART:20260706T090000')],
    options: { zone: undefined },
    problems: ['unknown-time-zone'],
    gives: ['2026-07-06T14:00Z'],
  },
  {
    name: 'a VTIMEZONE counts before the places of a label',
    ics: [
      ...zone('(GMT-08:00) Pacific Time (US & Canada)', ...berlinSince1601),
      ...nine('"(GMT-08:00) Pacific Time (US & Canada)"'),
    ],
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: 'BST is what its VTIMEZONE says; it is no name of IANA, whatever Intl takes it for (Dhaka)',
    ics: [
      ...zone(
        'BST',
        ['DAYLIGHT', '19810329T010000', '+0000', '+0100', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'],
        ['STANDARD', '19961027T020000', '+0100', '+0000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'],
      ),
      ...nine('BST'),
    ],
    options: { zone: 'Europe/London' },
    gives: ['2026-07-06T08:00Z'],
  },
  {
    name: 'without a VTIMEZONE such an abbreviation is a name that nobody knows',
    ics: nine('AST'),
    problems: ['unknown-time-zone'],
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: 'the short names that IANA has itself stay names',
    ics: ['EST', 'HST', 'WET', 'PRC'].flatMap((tzid, index) =>
      event(`UID:${index}`, `DTSTART;TZID=${tzid}:20260706T090000`),
    ),
    gives: ['2026-07-06T01:00Z', '2026-07-06T08:00Z', '2026-07-06T14:00Z', '2026-07-06T19:00Z'],
  },
  {
    name: 'Acme/EST is what its VTIMEZONE says: one word at the end of a path is no zone',
    ics: [...zone('Acme/EST', ...berlinSince1601), ...nine('Acme/EST')],
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: 'Rooms/Japan without a VTIMEZONE is a name that nobody knows',
    ics: nine('Rooms/Japan'),
    problems: ['unknown-time-zone'],
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: '/freeassociation.sourceforge.net/Tzfile/UTC',
    ics: nine('/freeassociation.sourceforge.net/Tzfile/UTC'),
    gives: ['2026-07-06T09:00Z'],
  },
  {
    name: 'a label with its colon unquoted: the value begins at the last colon before a date',
    ics: nine('(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna'),
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: 'TZID=GMT+01:00 unquoted, alone and with a parameter after it',
    ics: [
      ...nine('GMT+01:00'),
      ...event('UID:f', 'DTSTART;TZID=GMT+01:00;VALUE=DATE-TIME:20260707T090000'),
      ...event('UID:g', 'DTSTART;TZID=GMT+01:00;VALUE=DATE:20260708'),
    ],
    gives: ['2026-07-06T08:00Z', '2026-07-07T08:00Z', '2026-07-07T22:00Z'],
  },
  {
    name: 'an EXDATE so written costs no series',
    ics: event(
      'DTSTART;TZID=GMT+01:00:20260706T090000',
      'RRULE:FREQ=DAILY;COUNT=4',
      'EXDATE;TZID=(UTC+01:00):20260707T090000,20260708T090000',
    ),
    gives: ['2026-07-06T08:00Z', '2026-07-09T08:00Z'],
  },
  {
    name: 'a name escaped as if it were text is found in its VTIMEZONE',
    ics: [...zone('A\\, B', ...berlinSince1601), ...nine('A\\, B')],
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: 'and so is one with quotes in the VTIMEZONE, or in another case',
    ics: [...zone('"My Room"', ...berlinSince1601), ...nine('my room')],
    gives: ['2026-07-06T07:00Z'],
  },
  {
    name: 'where two VTIMEZONEs differ only in their case, case counts',
    ics: [
      ...zone('Room', ['STANDARD', '19700101T000000', '+0000', '+0300']),
      ...zone('ROOM', ...berlinSince1601),
      ...nine('ROOM'),
    ],
    gives: ['2026-07-06T07:00Z'],
  },
];

describe('names of time zones', () => {
  it.each(rows)('$name', checkRow);

  it.each(labels)('%s and its GMT spelling mean %s, winter and summer', (label, iana) => {
    const starts = (tzid: string) => {
      const line = (day: string) => `DTSTART;TZID="${tzid}":${day}T090000`;
      const { occurrences, problems } = read([
        ...event('UID:w', line('20260105')),
        ...event('UID:s', line('20260706')),
      ]);
      expect(problems).toEqual([]);
      return occurrences.map(({ startMs }) => new Date(startMs).toISOString());
    };
    for (const tzid of [label, label.replace('UTC', 'GMT'), label.replace('UTC', 'gmt ')]) {
      expect(starts(tzid)).toEqual(starts(iana));
    }
  });

  it('the warning of a guessed offset says which, and that it knows no summer', () => {
    const { problems } = read(nine('"(UTC-05:00) Somewhere"'));
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        message:
          'expected a known TZID, got "(UTC-05:00) Somewhere" in event \'Class\' of 2026-07-06 09:00; ' +
          'its times are read in UTC-05:00, in summer as in winter',
        example: 'TZID=Europe/Berlin',
      },
    ]);
  });
});
