import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { answerCalendar } from '../../scaler/calendar/answer.ts';
import { type AnswerInput, answerEvents } from '../../scaler/calendar/answer-events.ts';
import { readFeed } from '../../scaler/calendar/events.ts';
import { makeSchedule, mergeBookings, type PlacedBooking } from '../../scaler/calendar/schedule.ts';
import type { Problem } from '../../scaler/problem.ts';
import { LIMITS } from '../support/calendar-limits.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Monday, 09:00 in Berkeley. */
const NINE = Date.UTC(2026, 10, 23, 17);
const STAMP = Date.UTC(2026, 10, 20);
const ZONE = 'America/Los_Angeles';
const LEAD = { leadTimeMs: 10 * MINUTE, holdTimeMs: 0 };

function aBooking(hour: number, hours: number, words: Partial<PlacedBooking> = {}): PlacedBooking {
  const startMs = NINE + hour * HOUR;
  const endMs = startMs + hours * HOUR;
  return { pool: 'data8', count: 3, title: 'Data 8 midterm', feed: 'exams', startMs, endMs, ...words };
}

const TYPO: Problem = {
  code: 'no-colon',
  source: 'booking',
  severity: 'error',
  where: "event 'Data 8 lab' of 2026-11-24 09:00, line 2",
  message: 'expected a colon after the pool, got "data8 3"',
  example: 'data8: 3',
  line: 'data8 3',
  feed: 'exams',
  event: { uid: 'lab', title: 'Data 8 lab', startMs: NINE + 24 * HOUR, endMs: NINE + 25 * HOUR },
};

function anInput(
  bookings: PlacedBooking[] = [aBooking(0, 2)],
  words: Partial<AnswerInput> & { overlap?: 'max' | 'sum' } = {},
) {
  const { overlap = 'max', ...more } = words;
  const windows = mergeBookings(bookings, { overlap, pools: { data8: LEAD, stat20: LEAD } });
  return {
    schedule: makeSchedule([windows], { overlap }),
    pools: [
      { name: 'data8', baseline: 1, maxReplicas: 20 },
      { name: 'stat20', baseline: 0, maxReplicas: 20 },
    ],
    problems: [],
    zone: ZONE,
    ...more,
  } satisfies AnswerInput;
}

const titles = (input: AnswerInput) => answerEvents(input).map(({ title }) => title);
const textOf = (input: AnswerInput) => answerCalendar({ ...input, stampMs: STAMP });

interface Seen {
  uid: string;
  startMs: number;
  endMs: number;
  title: string;
  description: string;
}

const expected = (input: AnswerInput): Seen[] =>
  answerEvents(input).map(({ uid, startMs, endMs, title, description }) => ({
    uid,
    startMs,
    endMs,
    title,
    description,
  }));
const byUid = (seen: Seen[]) => [...seen].sort((a, b) => (a.uid < b.uid ? -1 : 1));

function asWeRead(text: string): { seen: Seen[]; problems: Problem[] } {
  const span = { fromMs: NINE - 400 * 24 * HOUR, toMs: NINE + 400 * 24 * HOUR };
  const { occurrences, problems } = readFeed(Buffer.from(text), { feed: 'answer', limits: LIMITS, ...span });
  return { seen: occurrences.map(({ summary, ...rest }) => ({ ...rest, title: summary })), problems };
}

function asOthersRead(text: string): Seen[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as ConstructorParameters<typeof ICAL.Component>[0]);
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const { uid, startDate, endDate, summary, description } = new ICAL.Event(component);
    const ms = (time: ICAL.Time) => time.toJSDate().getTime();
    return { uid, startMs: ms(startDate), endMs: ms(endDate), title: summary, description };
  });
}

describe('a booked window', () => {
  it('says how many nodes, from when, and who asked, in the time zone of the calendar', () => {
    expect(titles(anInput())).toEqual(["data8: 3 nodes from 08:50, asked by 'Data 8 midterm'"]);
    const [event] = answerEvents(anInput());
    expect(event).toMatchObject({ startMs: NINE - 10 * MINUTE, endMs: NINE + 2 * HOUR, kind: 'booked' });
    expect(event?.description).toBe(
      [
        '3 nodes of data8 kept free: Mon 23 Nov 08:50 - 11:00 (America/Los_Angeles)',
        "asked: 3 by 'Data 8 midterm', calendar exams, Mon 23 Nov 08:50 - 11:00",
        'times include lead and hold time',
        'without a booking: 1',
      ].join('\n'),
    );
  });
  it('is one event also where its lead time begins, and another when the count changes', () => {
    const input = anInput([aBooking(0, 2), aBooking(1, 2, { title: 'Lab', count: 1 })]);
    expect(titles(input)).toEqual([
      "data8: 3 nodes from 08:50, asked by 'Data 8 midterm'",
      "data8: 3 nodes from 09:50, asked by 'Data 8 midterm'",
      "data8: 1 node from 11:00, asked by 'Lab'",
    ]);
  });
  it('names everyone whose counts add up', () => {
    const input = anInput([aBooking(0, 1), aBooking(0, 1, { title: 'Lab', count: 2 })], { overlap: 'sum' });
    expect(titles(input)[1]).toBe("data8: 5 nodes from 09:00, asked by 'Data 8 midterm' and 'Lab'");
  });
  it('says what maxReplicas leaves of it', () => {
    const [event] = answerEvents(anInput([aBooking(0, 1, { count: 300 })]));
    expect(event?.title).toContain('data8: 20 nodes from 08:50, cut from 300 by maxReplicas');
    expect(event?.description).toContain('300 were asked; maxReplicas of data8 is 20');
  });
  it('of 0 is shown like any other', () => {
    expect(titles(anInput([aBooking(0, 1, { count: 0 })]))).toEqual([
      "data8: 0 nodes from 09:00, asked by 'Data 8 midterm'",
    ]);
  });
  it('keeps its uid when its count, end or title change', () => {
    const uid = (words: Partial<PlacedBooking>, hours = 2) =>
      answerEvents(anInput([aBooking(0, hours, words)]))[0]?.uid;
    expect(uid({})).toBe('data8-20261123T165000@node-placeholder-scaler');
    expect(uid({ count: 7, title: 'Other' }, 5)).toBe(uid({}));
  });
});

describe('a problem', () => {
  const input = anInput([], { problems: [TYPO] });
  it('is an event at the time of its event, with the right line to write', () => {
    expect(answerEvents(input)).toEqual([
      {
        uid: expect.stringMatching(/^problem-[0-9a-f]{20}@node-placeholder-scaler$/),
        kind: 'problem',
        startMs: NINE + 24 * HOUR,
        endMs: NINE + 25 * HOUR,
        title: "not understood: 'data8 3'; write data8: 3",
        description: [
          "event: 'Data 8 lab' of Tue 24 Nov 09:00 (America/Los_Angeles), calendar exams",
          "where: event 'Data 8 lab' of 2026-11-24 09:00, line 2",
          'line: data8 3',
          'expected a colon after the pool, got "data8 3"',
          'write: data8: 3',
        ].join('\n'),
      },
    ]);
  });
  it('that is a warning asks to look', () => {
    expect(titles(anInput([], { problems: [{ ...TYPO, severity: 'warning' }] }))[0]).toMatch(
      /^please look: /,
    );
  });
  it('without an event is not in a calendar', () => {
    const { event: _, ...without } = TYPO;
    expect(titles(anInput([], { problems: [without] }))).toEqual([]);
  });
  it('keeps its uid, and two alike have two', () => {
    const uids = answerEvents(anInput([], { problems: [TYPO, TYPO] })).map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(2);
    expect(uids).toContain(answerEvents(input)[0]?.uid);
  });
});

describe('the answer', () => {
  it('of one pool has its windows, and problems that are not of another pool', () => {
    const problems = [TYPO, { ...TYPO, pool: 'stat20', line: 'stat20 1' }];
    const bookings = [aBooking(0, 1), aBooking(0, 1, { pool: 'stat20' })];
    expect(titles(anInput(bookings, { problems, pool: 'data8' }))).toEqual([
      "data8: 3 nodes from 08:50, asked by 'Data 8 midterm'",
      "not understood: 'data8 3'; write data8: 3",
    ]);
  });
  it('for a span has what overlaps it, whole', () => {
    const input = anInput([aBooking(0, 2), aBooking(10, 2)], { fromMs: NINE + HOUR, toMs: NINE + 2 * HOUR });
    expect(answerEvents(input)).toMatchObject([{ startMs: NINE - 10 * MINUTE, endMs: NINE + 2 * HOUR }]);
  });
  it('is the same text for the same bookings', () => {
    expect(textOf(anInput())).toBe(textOf(anInput()));
  });
  it('is a valid calendar also when nothing is booked', () => {
    const text = textOf(anInput([]));
    const calendar = new ICAL.Component(ICAL.parse(text) as ConstructorParameters<typeof ICAL.Component>[0]);
    expect(calendar.getAllSubcomponents()).toHaveLength(1);
    expect(asWeRead(text)).toEqual({ seen: [], problems: [] });
  });
  it('gives an event that takes no time no end', () => {
    const event = { uid: 'x', title: 'Zero', startMs: NINE, endMs: NINE };
    const text = textOf(anInput([], { problems: [{ ...TYPO, event }] }));
    expect(text).not.toContain('DTEND');
    expect(asOthersRead(text)).toMatchObject([{ startMs: NINE, endMs: NINE }]);
  });
});

describe('the text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.string({ unit: fc.constantFrom(...'a;,\\:"\n\r\t🎓é—<&\u0000\ud800'), maxLength: 90 }),
  );
  const anInputOfAnyTexts = fc
    .tuple(anyText, anyText, fc.array(anyText, { maxLength: 3 }))
    .map(([title, line, more]) =>
      anInput(
        [
          aBooking(0, 1, { title, feed: 'exams' }),
          ...more.map((text, at) => aBooking(at, 2, { title: text, count: at + 4 })),
        ],
        {
          problems: [
            {
              ...TYPO,
              line,
              message: `got ${line}`,
              event: { ...TYPO.event, title } as Problem['event'] & object,
            },
          ],
        },
      ),
    );

  it('is read back without difference by our own reader and by another, whatever people typed', () => {
    fc.assert(
      fc.property(anInputOfAnyTexts, (input) => {
        const text = textOf(input);
        const { seen, problems } = asWeRead(text);
        expect(problems).toEqual([]);
        expect(byUid(seen)).toEqual(byUid(expected(input)));
        expect(byUid(asOthersRead(text))).toEqual(byUid(expected(input)));
      }),
      { numRuns: 150 },
    );
  });
  it('has lines of at most 75 octets that end in CRLF and are whole UTF-8', () => {
    fc.assert(
      fc.property(anInputOfAnyTexts, (input) => {
        const text = textOf(input);
        expect(text.endsWith('\r\n')).toBe(true);
        for (const line of text.slice(0, -2).split('\r\n')) {
          expect(line).not.toMatch(/[\r\n]/);
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(line.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
  it('has what every event must have', () => {
    const lines = textOf(anInput()).split('\r\n');
    expect(lines.slice(0, 4)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//node-placeholder-scaler//answer calendar//EN',
      'CALSCALE:GREGORIAN',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'UID:data8-20261123T165000@node-placeholder-scaler',
        'DTSTAMP:20261120T000000Z',
        'DTSTART:20261123T165000Z',
        'DTEND:20261123T190000Z',
        'TRANSP:TRANSPARENT',
      ]),
    );
  });
});
