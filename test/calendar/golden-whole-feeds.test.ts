// What the feed as a whole may look like, and how much of it an error may cost.
import { describe, expect, it } from 'vitest';
import { FeedRefused } from '../../scaler/calendar/events.ts';
import { checkRow, event, type GoldenRow, read } from '../support/golden-calendar.ts';

const one = event('UID:one', 'DTSTART:20260302T090000Z', 'SUMMARY:One');
const two = event('UID:two', 'DTSTART:20260303T090000Z', 'SUMMARY:Two');
const body = (...lines: string[]) => Buffer.from(lines.join('\r\n'));
const whole = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''];
const both = ['One: 2026-03-02T09:00Z', 'Two: 2026-03-03T09:00Z'];

const rows: GoldenRow[] = [
  {
    name: 'two calendars in one file are both read',
    ics: body(...whole(...one), ...whole(...two)),
    gives: both,
  },
  { name: 'a calendar without events is fine', ics: body(...whole()), gives: [] },
  {
    name: 'UIDs that are words of the language or of calendars are UIDs like others',
    ics: ['__proto__', 'constructor', 'type', 'version', 'params', 'vcalendar'].flatMap((uid, index) =>
      event(`UID:${uid}`, `DTSTART:202603${10 + index}T090000Z`),
    ),
    gives: [10, 11, 12, 13, 14, 15].map((day) => `2026-03-${day}T09:00Z`),
  },
  {
    name: 'parameters of UID do not hide it',
    ics: [
      ...event('UID;X-A=1:a', 'DTSTART:20260302T090000Z', 'SUMMARY:One'),
      ...event('UID;X-A=1:b', 'DTSTART:20260303T090000Z', 'SUMMARY:Two'),
    ],
    gives: both,
  },
  {
    name: 'a UID is the same however it is folded, and written once with parameters',
    ics: [
      ...event('UID:größe\\,1', 'DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'SUMMARY:One'),
      ...event(
        'UID;X-A=b:grö\r\n ße\\,1',
        'RECURRENCE-ID:20260303T090000Z',
        'DTSTART:20260303T090000Z',
        'SUMMARY:Two',
      ),
    ],
    gives: both,
  },
  {
    name: 'one UID, two starts, no SEQUENCE: both stay',
    ics: [
      ...event('DTSTART:20260302T090000Z', 'SUMMARY:One'),
      ...event('DTSTART:20260303T090000Z', 'SUMMARY:Two'),
    ],
    gives: both,
  },
  {
    name: 'one UID, two starts: the higher SEQUENCE wins',
    ics: [
      ...event('DTSTART:20260302T090000Z', 'SEQUENCE:3', 'SUMMARY:New'),
      ...event('DTSTART:20260303T090000Z', 'SEQUENCE:2'),
    ],
    gives: ['New: 2026-03-02T09:00Z'],
  },
  {
    name: 'an event that stands in the feed twice is one',
    ics: [...one, ...one],
    gives: ['One: 2026-03-02T09:00Z'],
  },
  {
    name: 'a DTSTART, DTEND given twice: the first counts',
    ics: event(
      'DTSTART:20260302T090000Z',
      'DTSTART:20260401T090000Z',
      'DTEND:20260302T100000Z',
      'DTEND:20260302T110000Z',
    ),
    gives: ['2026-03-02T09:00Z/2026-03-02T10:00Z'],
  },
  {
    name: 'unknown lines START, END, TYPE, RECURRENCES touch nothing',
    ics: event('DTSTART:20260302T090000Z', 'START:x', 'END:x', 'TYPE:x', 'RECURRENCES:x', 'RRULES:x', 'x'),
    gives: ['2026-03-02T09:00Z'],
  },
  {
    name: 'a date that is no date loses its event, also with a rule',
    ics: [...one, ...event('UID:x', 'DTSTART:gestern', 'RRULE:FREQ=DAILY'), ...two],
    gives: both,
    problems: ['event-bad-value'],
  },
  ...[
    '20260231T090000Z',
    '20261301T090000Z',
    '20260302T250000Z',
    'TZID=Europe/Berlin:20260231T090000',
    'VALUE=DATE:20260231',
    '20260302T096000Z',
  ].map(
    (text): GoldenRow => ({
      name: `DTSTART ${text} is no date: the event is left out and told of, not moved`,
      ics: [...one, ...event('UID:x', text.includes('=') ? `DTSTART;${text}` : `DTSTART:${text}`)],
      gives: ['One: 2026-03-02T09:00Z'],
      problems: ['event-bad-value'],
    }),
  ),
  {
    name: 'an event without DTSTART is told of',
    ics: [...one, ...event('UID:x')],
    gives: ['One: 2026-03-02T09:00Z'],
    problems: ['event-no-start'],
  },
  {
    name: 'a line BEGIN:foo in a description that nobody escaped costs nothing',
    ics: [
      ...event('UID:one', 'SUMMARY:One', 'DESCRIPTION:look:', 'BEGIN:foo', 'DTSTART:20260302T090000Z'),
      ...two,
    ],
    gives: both,
  },
  {
    name: 'an END:VEVENT too many is passed over',
    ics: [...one, 'END:VEVENT', ...two, 'END:VEVENT'],
    gives: both,
  },
  {
    name: 'an event that is not closed is lost alone',
    ics: [...one, 'BEGIN:VEVENT', 'UID:x', 'DTSTART:20260302T090000Z', ...two],
    gives: both,
    problems: ['event-not-closed'],
  },
  {
    name: 'byte order mark, LF, blank lines, junk before BEGIN, alarms, to-dos and free-busy times',
    ics: Buffer.from(
      [
        '\ufeff\n\njunk\n',
        ...whole(
          ...event(
            'UID:one',
            'SUMMARY:One',
            'BEGIN:VALARM',
            'UID:alarm',
            'SUMMARY:Ring',
            'DURATION:PT5M',
            'END:VALARM',
            'DTSTART:20260302T090000Z',
          ),
          '',
          'BEGIN:VTODO',
          'UID:two',
          'SUMMARY:To do',
          'DTSTART:20260302T090000Z',
          'END:VTODO',
          'BEGIN:VFREEBUSY',
          'DTSTART:20260302T090000Z',
          'END:VFREEBUSY',
          ...two,
        ),
      ].join('\n'),
    ),
    gives: both,
  },
  {
    name: 'lines that end in CR CR LF',
    ics: Buffer.from(whole(...one, ...two).join('\r\r\n')),
    gives: both,
  },
  {
    name: 'an end before the start takes no time, with a warning',
    ics: event('DTSTART:20260302T090000Z', 'DTEND:20260302T080000Z'),
    gives: ['2026-03-02T09:00Z/2026-03-02T09:00Z'],
    problems: ['event-ends-before-start'],
  },
  {
    name: 'a negative duration takes no time, with a warning',
    ics: event('DTSTART:20260302T090000Z', 'DURATION:-PT1H'),
    gives: ['2026-03-02T09:00Z/2026-03-02T09:00Z'],
    problems: ['event-ends-before-start'],
  },
];

describe('whole feeds', () => {
  it.each(rows)('$name', checkRow);

  it.each([
    ['20260302T090000Z', 'it counts as lasting no time, so it books nothing but lead and hold time'],
    ['20260302', 'it counts as one day'],
  ])('an end before the start %s says what comes of it', (start, taken) => {
    const [problem] = read(event(`DTSTART:${start}`, 'DURATION:-P1D')).problems;
    expect(problem?.message).toContain(`expected an end after the start, got one before it; ${taken}`);
  });

  it.each([
    ['a web page', body('<!DOCTYPE html><html><body>Sign in</body></html>'), 'feed-html'],
    ['JSON', body('{"error": "not found"}'), 'feed-json'],
    ['an empty body', body(''), 'feed-empty'],
    ['other text', body('hello'), 'feed-not-calendar'],
    ['an address book', body('BEGIN:VCARD', 'END:VCARD', ...whole(...one)), 'feed-not-calendar'],
    [
      'a calendar cut off inside an event',
      body(...whole(...one, ...two)).subarray(0, -60),
      'feed-incomplete',
    ],
    ['a calendar without END:VCALENDAR', body(...whole(...one).slice(0, -2)), 'feed-incomplete'],
    ['an event that END:VCALENDAR interrupts', body(...whole(...one.slice(0, -1))), 'feed-incomplete'],
    ['a calendar that begins within another', body(...whole('BEGIN:VCALENDAR', ...one)), 'feed-incomplete'],
  ])('%s is refused whole', (_, bytes, code) => {
    expect(refusal(() => read(bytes))).toBe(code);
  });
});

describe('the window', () => {
  const at = (text: string) => Date.parse(`2026-03-${text}Z`);
  const hour = event('DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z');
  const moment = event('DTSTART:20260302T090000Z');
  it.each([
    ['an event that ends as the window begins is outside', hour, '02T10:00', '03T00:00', 0],
    ['one that ends a millisecond later is inside', hour, '02T09:59:59.999', '03T00:00', 1],
    ['one that starts as the window ends is outside', hour, '01T00:00', '02T09:00', 0],
    ['one that starts a millisecond earlier is inside', hour, '01T00:00', '02T09:00:00.001', 1],
    ['one without length is inside when it starts as the window begins', moment, '02T09:00', '03T00:00', 1],
    ['one without length is outside when it starts as the window ends', moment, '01T00:00', '02T09:00', 0],
    [
      'an all-day event counts by its instants, not by its date',
      event('DTSTART;VALUE=DATE:20260302'),
      '02T23:00',
      '03T00:00',
      0,
    ],
  ])('%s', (_, lines, from, to, count) => {
    expect(read(lines, { fromMs: at(from), toMs: at(to) }).occurrences).toHaveLength(count);
  });

  it('long events of a series are found though they started long before', () => {
    const weekly = event('DTSTART:20260105T090000Z', 'DURATION:P20D', 'RRULE:FREQ=WEEKLY;COUNT=4');
    expect(
      read(weekly, { fromMs: at('01T00:00') - 86_400_000, toMs: at('01T00:00') }).occurrences,
    ).toHaveLength(0);
    expect(
      read(weekly, { fromMs: Date.parse('2026-02-14T00:00Z'), toMs: Date.parse('2026-02-14T01:00Z') })
        .occurrences,
    ).toHaveLength(1);
  });

  it('occurrences come by start, then uid', () => {
    const { occurrences } = read([
      ...event('UID:b', 'DTSTART:20260302T090000Z'),
      ...event('UID:c', 'DTSTART:20260301T090000Z'),
      ...event('UID:a', 'DTSTART:20260302T090000Z'),
    ]);
    expect(occurrences.map(({ uid }) => uid)).toEqual(['c', 'a', 'b']);
  });
});

describe('a problem of an event', () => {
  it('names the event by title and date, says what was expected and got', () => {
    const { problems } = read(
      event('SUMMARY:Data 8 midterm', 'DTSTART;TZID=Europe/Berlin:20261123T090000', 'RRULE:FREQ=FORTNIGHTLY'),
    );
    expect(problems).toEqual([
      {
        code: 'event-bad-value',
        source: 'event',
        severity: 'error',
        where: "event 'Data 8 midterm' of 2026-11-23 09:00",
        feed: 'test',
        message: 'expected FREQ=DAILY, WEEKLY, MONTHLY, YEARLY or HOURLY, got "FREQ=FORTNIGHTLY"',
      },
    ]);
  });
});

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FeedRefused) return error.code;
    throw error;
  }
  return 'not refused';
}
