// Feeds that are made to hurt, or are only very odd: each ends soon, and costs itself alone or is refused whole. "Soon"
// is the deadline of a test here; what a thread may take is the business of the worker around the reader.
import { describe, expect, it } from 'vitest';
import { FeedRefused } from '../../scaler/calendar/events.ts';
import { LIMITS } from '../support/calendar-limits.ts';
import { calendar, event, read } from '../support/golden-calendar.ts';

const good = event('UID:good', 'SUMMARY:Good', 'DTSTART:20260302T090000Z');
const SOON = 10_000;

/** Titles found and codes of problems, with the good event beside the bad one. */
function outcome(lines: string[], options: Parameters<typeof read>[1] = {}): [string[], string[]] {
  const { occurrences, problems } = read(calendar([...lines, ...good]), options);
  return [
    [...new Set(occurrences.map(({ summary }) => summary))].sort(),
    [...new Set(problems.map(({ code }) => code))].sort(),
  ];
}

function refusal(work: () => unknown): [string, string] {
  try {
    work();
  } catch (error) {
    if (error instanceof FeedRefused) return [error.code, error.message];
    throw error;
  }
  return ['not refused', ''];
}

describe('rules that would never end', () => {
  const start = 'DTSTART:20260302T090000Z';
  const days = [...Array(24).keys()].join();
  const sixty = [...Array(60).keys()].join();
  it.each([
    ['FREQ=SECONDLY', 'event-too-often'],
    ['FREQ=MINUTELY;INTERVAL=5', 'event-too-often'],
    ['FREQ=DAILY;COUNT=1000000000', 'event-count-too-large'],
    ['FREQ=DAILY;COUNT=10001', 'event-count-too-large'],
    [
      'FREQ=DAILY;COUNT=1000000000;BYDAY=MO,TU,WE;BYMINUTE=1,2,3,4,5,6,7,8;BYSECOND=1,2,3',
      'event-count-too-large',
    ],
    ['FREQ=YEARLY;COUNT=100000;BYMONTH=11,9;BYMONTHDAY=3,31;BYDAY=MO,TU', 'event-count-too-large'],
    ['FREQ=WEEKLY;INTERVAL=11;COUNT=100000', 'event-count-too-large'],
    ['FREQ=MONTHLY;BYDAY=5MO;COUNT=100000', 'event-count-too-large'],
    [`FREQ=HOURLY;BYMINUTE=${sixty};BYSECOND=${sixty}`, 'event-too-many-occurrences'],
    [`FREQ=DAILY;BYHOUR=${days};BYMINUTE=${sixty}`, 'event-too-many-occurrences'],
    ['FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50', 'event-too-many-occurrences'],
    ['FREQ=DAILY;INTERVAL=0', 'event-bad-value'],
    ['FREQ=DAILY;INTERVAL=-1', 'event-bad-value'],
  ])(
    '%s is refused, and nothing else with it',
    (rule, code) => {
      expect(outcome(event(start, `RRULE:${rule}`))).toEqual([['Good'], [code]]);
    },
    SOON,
  );

  it('are told with one that is fine', () => {
    expect(read(event(start, 'RRULE:FREQ=SECONDLY')).problems[0]?.message).toBe(
      'expected a rule that repeats hourly at most, such as FREQ=HOURLY, got FREQ=SECONDLY',
    );
  });

  it.each([
    'FREQ=WEEKLY;INTERVAL=11;COUNT=10000',
    'FREQ=MONTHLY;BYDAY=5MO;COUNT=10000',
    'FREQ=YEARLY;COUNT=10000;BYMONTH=11,9;BYMONTHDAY=3,31;BYDAY=MO,TU',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10000',
    'FREQ=WEEKLY;COUNT=10000;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=HOURLY;COUNT=10000;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
    'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;INTERVAL=100000000000',
    'FREQ=YEARLY;INTERVAL=100000000000000',
    'FREQ=DAILY;UNTIL=99991231T235959Z',
    'FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=1;BYDAY=WE;BYSETPOS=366',
  ])(
    '%s is within the limits and read soon',
    (rule) => {
      expect(outcome(event(start, `RRULE:${rule}`))).toEqual([['Class', 'Good'], []]);
    },
    SOON,
  );

  it.each(['00010101T000000', '16010101T000000', '99990101T000000'])(
    'a start in %s is read soon',
    (text) => {
      const zoned = event(`DTSTART;TZID=Europe/Berlin:${text}`, 'RRULE:FREQ=DAILY');
      const utc = event('UID:f', `DTSTART:${text}Z`, 'RRULE:FREQ=HOURLY;INTERVAL=6');
      const isPast = text < '2026';
      expect(outcome([...zoned, ...utc])).toEqual([isPast ? ['Class', 'Good'] : ['Good'], []]);
    },
    SOON,
  );

  it(
    'an hourly rule of two years in a window of one is told of, not read for ever',
    () => {
      const day = { toMs: Date.parse('2026-03-03T00:00Z'), fromMs: Date.parse('2026-03-02T00:00Z') };
      expect(outcome(event('DTSTART:20200101T000000Z', 'RRULE:FREQ=HOURLY'), day)).toEqual([
        ['Class', 'Good'],
        [],
      ]);
      const limits = { ...LIMITS, occurrencesPerSeries: 5000 };
      expect(outcome(event('DTSTART:20260101T000000Z', 'RRULE:FREQ=HOURLY'), { limits })).toEqual([
        ['Good'],
        ['event-too-many-occurrences'],
      ]);
    },
    SOON,
  );

  it(
    'an hourly rule of long events is told of',
    () => {
      const long = event(start, 'DURATION:P399D', 'RRULE:FREQ=HOURLY');
      expect(outcome(long, { toMs: Date.parse('2027-06-01T00:00Z') })).toEqual([
        ['Good'],
        ['event-too-many-occurrences'],
      ]);
    },
    SOON,
  );
});

describe('limits', () => {
  const start = 'DTSTART:20260302T090000Z';
  const many = (count: number, made: (n: number) => string[]) =>
    Array.from({ length: count }, (_, n) => made(n)).flat();
  const limits = {
    ...LIMITS,
    events: 3,
    occurrences: 5,
    bodyBytes: 2000,
    lineBytes: 100,
    parametersPerLine: 3,
    nesting: 4,
    datesPerSeries: 3,
  };

  it.each([
    [
      'feed-too-large',
      many(50, () => ['X-FILLER:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']),
      'expected up to 2000 bytes, got 2',
    ],
    ['feed-too-many-events', many(4, (n) => event(`UID:${n}`, start)), 'expected up to 3 events, got more'],
    [
      'feed-too-many-occurrences',
      event(start, 'RRULE:FREQ=DAILY;COUNT=6'),
      'expected up to 5 occurrences in the time looked at, got more',
    ],
    [
      'feed-nesting',
      many(5, () => ['BEGIN:X']),
      'expected components nested up to 4 deep, got more inside X',
    ],
  ])('%s refuses the feed and says the limit', (code, lines, message) => {
    const [got, text] = refusal(() => read(lines, { limits }));
    expect(got).toBe(code);
    expect(text).toContain(message);
  });

  it.each([
    [
      'event-line-too-long',
      [`DESCRIPTION:${'x'.repeat(101)}`],
      'expected lines of up to 100 bytes, got a longer one',
    ],
    [
      'event-too-many-parameters',
      ['SEQUENCE;A=1;B=2;C=3;D=4:1'],
      'expected up to 3 parameters on a line, got more',
    ],
    [
      'event-too-many-dates',
      ['EXDATE:20260302T090000Z,20260303T090000Z', 'EXDATE:20260304T090000Z,20260305T090000Z'],
      'expected up to 3 EXDATE dates, got 4',
    ],
    [
      'event-too-many-dates',
      ['RDATE:20260302T090000Z,20260303T090000Z,20260304T090000Z,20260305T090000Z'],
      'expected up to 3 RDATE dates, got 4',
    ],
    [
      'event-nesting',
      ['BEGIN:A', 'BEGIN:B', 'BEGIN:C', 'END:C', 'END:B', 'END:A'],
      'expected components nested up to 4 deep, got more',
    ],
    ['event-too-long', ['DURATION:P401D'], 'expected an event of up to 400 days, got 401'],
  ])('%s loses its event and says the limit', (code, lines, message) => {
    const { occurrences, problems } = read([...event(start, ...lines), ...good], { limits });
    expect(occurrences.map(({ summary }) => summary)).toEqual(['Good']);
    expect(problems.map((problem) => [problem.code, problem.message])).toEqual([[code, message]]);
  });

  it('a line too long that nobody reads costs nothing but a remark', () => {
    const { occurrences, problems } = read(event(start, `ATTACH:${'x'.repeat(101)}`), { limits });
    expect(occurrences).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['long-line']);
  });

  it('the length of a line counts unfolded', () => {
    const folded = `DESCRIPTION:${'x'.repeat(80)}${'\r\n '.repeat(30)}`;
    expect(read(event(start, folded), { limits }).problems).toEqual([]);
  });
});

describe('large and odd bytes', () => {
  const roomy = { ...LIMITS, bodyBytes: 60_000_000 };
  const start = 'DTSTART:20260302T090000Z';
  const around = (middle: string | Buffer) =>
    Buffer.concat([
      Buffer.from(`BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:Class\r\n${start}\r\n`),
      Buffer.from(middle),
      Buffer.from(`\r\nEND:VEVENT\r\n${good.join('\r\n')}\r\nEND:VCALENDAR\r\n`),
    ]);
  const titles = (middle: string | Buffer): [string[], string[]] => {
    const { occurrences, problems } = read(around(middle), { limits: roomy });
    return [occurrences.map(({ summary }) => summary).sort(), problems.map(({ code }) => code)];
  };

  it.each<[string, () => string | Buffer, string[], string[]]>([
    [
      'a description folded into a million lines (24 MB)',
      () => `DESCRIPTION:${'xxxxxxxxxxxxxxxxxxxxx\r\n '.repeat(1_000_000)}`,
      ['Good'],
      ['event-line-too-long'],
    ],
    [
      'one line of 40 MB',
      () => `DESCRIPTION:${'x\\n'.repeat(13_000_000)}`,
      ['Good'],
      ['event-line-too-long'],
    ],
    [
      'an attachment of 37 MB',
      () => `ATTACH;ENCODING=BASE64:${'QUJD'.repeat(9_000_000)}`,
      ['Class', 'Good'],
      ['long-line'],
    ],
    ['40 MB of blank lines', () => Buffer.alloc(40_000_000, '\r\n'), ['Class', 'Good'], []],
    [
      'a name of 20 MB without a colon',
      () => Buffer.alloc(20_000_000, 'X'),
      ['Class', 'Good'],
      ['long-line'],
    ],
    [
      'a million parameters on a line',
      () => `DESCRIPTION${';A=1'.repeat(240_000)}:x`,
      ['Good'],
      ['event-too-many-parameters'],
    ],
    ['a million quotes', () => `DESCRIPTION;A=${'"'.repeat(900_001)}:x`, ['Class', 'Good'], []],
    ['carriage returns', () => Buffer.alloc(900_000, '\r'), ['Class', 'Good'], []],
    ['bytes that are nothing', () => Buffer.alloc(400_000, 0xff), ['Class', 'Good'], ['feed-encoding']],
    [
      'a million components inside the event',
      () => 'BEGIN:A\r\n'.repeat(1_000_000),
      ['Good'],
      ['event-nesting'],
    ],
  ])(
    '%s',
    (_, make, found, codes) => {
      expect(titles(make())).toEqual([found, codes]);
    },
    20_000,
  );

  it('a million components inside the calendar', () => {
    const body = Buffer.from(`BEGIN:VCALENDAR\n${'BEGIN:A\n'.repeat(1_000_000)}`);
    expect(refusal(() => read(body))[0]).toBe('feed-nesting');
  });

  it(
    '10,000 floating events take no longer for being many',
    () => {
      const lines = Array.from({ length: 10_000 }, (_, n) =>
        event(`UID:${n}`, 'DTSTART:20260302T090000', 'DTSTAMP:20260302T090000'),
      );
      expect(read(lines.flat()).occurrences).toHaveLength(10_000);
    },
    SOON,
  );

  it(
    '10,000 excepted days of a daily series',
    () => {
      const days = Array.from({ length: 9_999 }, (_, n) =>
        new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10).replaceAll('-', ''),
      );
      const lines = event('DTSTART:20000101T090000Z', 'RRULE:FREQ=DAILY', `EXDATE;VALUE=DATE:${days.join()}`);
      const { occurrences } = read(lines, { fromMs: Date.UTC(2020, 0, 1), toMs: Date.UTC(2027, 5, 1) });
      expect(occurrences.map(({ startMs }) => startMs)[0]).toBe(Date.UTC(2000, 0, 1 + 9_999, 9));
      expect(occurrences).toHaveLength((Date.UTC(2027, 5, 1) - Date.UTC(2000, 0, 1 + 9_999)) / 86_400_000);
    },
    SOON,
  );

  it(
    '5,000 instances of one series shifted one after the other',
    () => {
      const days = Array.from({ length: 5000 }, (_, n) =>
        new Date(Date.UTC(2014, 0, 1 + n)).toISOString().slice(0, 10).replaceAll('-', ''),
      );
      const lines = days.flatMap((day) =>
        event(`RECURRENCE-ID;RANGE=THISANDFUTURE:${day}T090000Z`, `DTSTART:${day}T100000Z`, 'DURATION:PT1H'),
      );
      const { occurrences } = read([
        ...event('DTSTART:20140101T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
        ...lines,
      ]);
      expect(occurrences).toHaveLength(365);
    },
    SOON,
  );

  it(
    'a VTIMEZONE that changes its clocks every hour',
    () => {
      const lines = [
        'BEGIN:VTIMEZONE',
        'TZID:Mad',
        'BEGIN:STANDARD',
        'DTSTART:19700101T000000',
        'TZOFFSETFROM:+0000',
        'TZOFFSETTO:+0100',
        'RRULE:FREQ=HOURLY',
        'END:STANDARD',
        'END:VTIMEZONE',
      ];
      expect(outcome([...lines, ...event('DTSTART;TZID=Mad:20260302T090000')])).toEqual([
        ['Class', 'Good'],
        ['bad-time-zone', 'unknown-time-zone'],
      ]);
    },
    SOON,
  );
});
