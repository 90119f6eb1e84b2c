// One calendar, as Google, Outlook (in the browser and on the desktop), Apple (a Mac and iCloud) and Radicale export it:
// a weekly lecture that ends daylight saving time, with a week off and a lecture moved to the other side of the change;
// an exam; two whole days; a slip of the finger. All of them book the same, and ical.js sees the same events.
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { exampleBytes, readExample } from './read-example.ts';

const FROM = Date.UTC(2026, 9, 19, 7);
const TO = Date.UTC(2026, 11, 1, 8);
const ZONE = 'America/Los_Angeles';

const ALL_DAY = '11-11T00:00 11-13T00:00 data100 1';
const booked = (allDayTitle: string) => [
  '10-20T10:00 10-20T11:30 data8 3 Data 8 lecture',
  '10-27T10:00 10-27T11:30 data8 3 Data 8 lecture',
  '10-30T14:00 10-30T15:30 data8 4 Data 8 lecture',
  '11-05T19:00 11-05T21:00 stat20 4 Stat 20 midterm',
  '11-10T10:00 11-10T11:30 data8 3 Data 8 lecture',
  `${ALL_DAY} ${allDayTitle}`,
  '11-17T10:00 11-17T11:30 data8 3 Data 8 lecture',
];

/** File, title of the all-day event (where it is the booking itself, the event has no description), what is special. */
const EXPORTS: [string, string, string[]][] = [
  [
    'google.ics',
    'Data 100 project days',
    [
      'PRODID:-//Google Inc//Google Calendar 70.9054//EN',
      'DESCRIPTION:<html-blob><p>',
      '<span>stat20:&nbsp\\;4</span>',
      '__is_owner="true"',
      'data8:&nbsp\\;3<br>',
      'RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20261209T075959Z;BYDAY=TU',
      'DTSTART:20261106T030000Z',
    ],
  ],
  [
    'outlook-web.ics',
    'data100: 1',
    [
      'PRODID:Microsoft Exchange Server 2010',
      'TZID:Pacific Standard Time',
      'DTSTART:16010101T020000',
      'RECURRENCE-ID;TZID=Pacific Standard Time:20261103T100000',
      'X-MICROSOFT-CDO-INSTTYPE:3',
      '  *   stat20:\u00a04',
      'STATUS:CANCELLED',
    ],
  ],
  [
    'outlook-desktop.ics',
    'Data 100 project days',
    [
      'PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN',
      'EXDATE;TZID="Pacific Standard Time":20261124T100000',
      'X-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE HTML',
      '<B>Stat20</B>: 4',
    ],
  ],
  [
    'apple-mac.ics',
    'data100: 1',
    [
      'PRODID:-//Apple Inc.//macOS 26.0//EN',
      'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="South Hall Rd',
      'TRIGGER;VALUE=DATE-TIME:19760401T005545Z',
      '\\n• stat20: 4',
    ],
  ],
  [
    'apple-icloud.ics',
    'data100: 1',
    [
      'PRODID:-//caldav.icloud.com//CALDAVJ',
      'TZOFFSETFROM:-075258',
      'RELATED-TO;RELTYPE=X-CALENDARSERVER-RECURRENCE-SET:',
      'X-TITLE=Wheeler Hall\r\nSouth Hall Rd\r\n',
      `TZID:${ZONE}\r\nSEQUENCE:0`,
    ],
  ],
  [
    'radicale.ics',
    'Data 100 project days',
    [
      'PRODID:-//PYVOBJECT//NONSGML Version',
      'EXDATE:20261124T180000Z',
      'DESCRIPTION;ALTREP="data:text/html,',
      'X-MOZ-GENERATION:',
    ],
  ],
];

describe.each(EXPORTS)('%s', (file, allDayTitle, marks) => {
  const bytes = exampleBytes(file);
  const text = bytes.toString('utf8');

  it('is written as its program writes it', () => {
    const unfolded = text.replace(/\r\n[ \t]/g, '');
    for (const mark of marks) expect(unfolded).toContain(mark);
    expect(text).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
    const longest = Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)));
    expect(longest).toBeLessThanOrEqual(75);
    expect(text.includes('\r\n\t')).toBe(file === 'outlook-desktop.ics');
  });

  it('books what was meant, on both sides of the change of the clocks', () => {
    expect(readExample(bytes, { fromMs: FROM, toMs: TO, zone: ZONE }).rows).toEqual(booked(allDayTitle));
  });

  it('has one problem, the slip of the finger, and the line to write instead', () => {
    const { problems } = readExample(bytes, { fromMs: FROM, toMs: TO, zone: ZONE });
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'unknown-pool',
        line: 'datta8: 2',
        example: 'data8: 2',
        event: expect.objectContaining({
          title: 'Data 8 office hours',
          startMs: Date.UTC(2026, 10, 6, 21),
          endMs: Date.UTC(2026, 10, 6, 23),
        }),
      }),
    ]);
  });

  it('has whole days in a zone of its own when none is configured', () => {
    const { zone, rows } = readExample(bytes, { fromMs: FROM, toMs: TO });
    // Outlook in the browser defines two zones, its own and UTC: nothing says which of them is meant.
    const own = file === 'outlook-web.ics' ? 'UTC' : ZONE;
    expect(zone).toBe(own);
    expect(rows.some((row) => row.startsWith(ALL_DAY))).toBe(own === ZONE);
  });

  it('has the same events for ical.js', () => {
    const ours = readExample(bytes, { fromMs: FROM, toMs: TO, zone: ZONE }).occurrences;
    expect(ours.map(({ summary, startMs, endMs }) => told(summary, startMs, endMs))).toEqual(
      occurrencesByIcalJs(text),
    );
  });
});

function told(summary: string, startMs: number, endMs: number): string {
  return `${new Date(startMs).toISOString()} ${new Date(endMs).toISOString()} ${summary}`;
}

/** The same by an independent reader, which knows no zone but those of the file. */
function occurrencesByIcalJs(text: string): string[] {
  // iCloud breaks this one over lines that are no continuations, which is no iCalendar: ical.js refuses the whole file.
  const legal = text.replace(/X-APPLE-STRUCTURED-LOCATION[\s\S]*?geo:.*\r\n/g, '');
  const calendar = new ICAL.Component(ICAL.parse(legal) as ConstructorParameters<typeof ICAL.Component>[0]);
  const zones = calendar.getAllSubcomponents('vtimezone').map((zone) => new ICAL.Timezone(zone));
  const ofClass = zones.find(({ tzid }) => tzid !== 'UTC') as ICAL.Timezone;
  // ical.js reads a date in UTC; a whole day is meant in the zone of the class.
  const msOf = (time: ICAL.Time) => {
    const { year, month, day } = time;
    const local = time.isDate ? new ICAL.Time({ year, month, day, hour: 0 }, ofClass) : time;
    return local.toUnixTime() * 1000;
  };
  const found: string[] = [];
  const add = (event: ICAL.Event, start: ICAL.Time, end: ICAL.Time) => {
    const [startMs, endMs] = [msOf(start), msOf(end)];
    if (startMs >= TO || endMs <= FROM) return;
    if (event.component.getFirstPropertyValue('status') === 'CANCELLED') return;
    found.push(told(event.summary, startMs, endMs));
  };
  const all = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  for (const event of all.filter((each) => !each.isRecurrenceException())) {
    if (!event.isRecurring()) {
      add(event, event.startDate, event.endDate);
      continue;
    }
    for (const exception of all.filter((each) => each.isRecurrenceException() && each.uid === event.uid))
      event.relateException(exception);
    const times = event.iterator();
    for (let next = times.next(); next; next = times.next()) {
      const details = event.getOccurrenceDetails(next);
      add(details.item, details.startDate, details.endDate);
    }
  }
  return found.sort();
}
