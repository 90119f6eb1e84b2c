import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { planJson, planRows, planTable } from '../../scaler/calendar/plan-table.ts';
import { problemLines } from '../../scaler/calendar/problem-lines.ts';
import { makeSchedule, mergeBookings, type PlacedBooking } from '../../scaler/calendar/schedule.ts';
import type { Problem } from '../../scaler/problem.ts';
import { type Ink, inkFor, plainInk } from '../../scaler/terminal/ink.ts';
import { widthOf } from '../../scaler/terminal/width.ts';

const HOUR = 3_600_000;
/** Monday, 09:00 in Berkeley. */
const NINE = Date.UTC(2026, 10, 23, 17);
const TIMES = { leadTimeMs: HOUR / 6, holdTimeMs: 0 };
const SPAN = {
  pools: [
    { name: 'data8', baseline: 0 },
    { name: 'stat20', baseline: 2 },
  ],
  fromMs: NINE - 9 * HOUR,
  toMs: NINE + 87 * HOUR,
  zone: 'America/Los_Angeles',
};

function booked(
  hour: number,
  hours: number,
  count: number,
  more: Partial<PlacedBooking> = {},
): PlacedBooking {
  const startMs = NINE + hour * HOUR;
  return {
    pool: 'data8',
    count,
    title: 'Data 8 lab',
    feed: 'calendar',
    startMs,
    endMs: startMs + hours * HOUR,
    ...more,
  };
}

function scheduleOf(...bookings: PlacedBooking[]) {
  return makeSchedule([mergeBookings(bookings, { overlap: 'max', pools: { data8: TIMES, stat20: TIMES } })], {
    overlap: 'max',
  });
}

const PROBLEM: Problem = {
  code: 'unknown-pool',
  source: 'booking',
  severity: 'error',
  where: "event 'Data 8 lab' of 2026-11-24 09:00, line 2",
  message: 'no pool "datta8"; did you mean "data8"? Known pools: data8, stat20',
  example: 'data8: 3',
  line: 'datta8: 3',
  feed: 'calendar',
  event: { uid: 'one', title: 'Data 8 lab', startMs: NINE, endMs: NINE + HOUR },
};

describe('the table of the plan', () => {
  it('shows each window by day, in the zone, with who booked it, and the problems under it', () => {
    const schedule = scheduleOf(
      booked(0, 2, 3),
      booked(1, 2, 12, { title: 'Data 8 midterm' }),
      booked(13, 23, 4, { pool: 'stat20', title: 'Overnight' }),
      booked(24, 15, 1),
    );
    expect(planTable(schedule, SPAN, [PROBLEM])).toBe(
      `Bookings from Mon 2026-11-23 00:00 to Fri 2026-11-27 00:00, America/Los_Angeles

  time                   pool     nodes   booked by

Mon 2026-11-23
  08:50 - 09:50          data8        3   Data 8 lab
  09:50 - 11:00          data8       12   Data 8 midterm (12), Data 8 lab (3)
  11:00 - 12:00          data8       12   Data 8 midterm
  21:50 - Tue 24 21:00   stat20       4   Overnight

Tue 2026-11-24
  08:50 - 24:00          data8        1   Data 8 lab

At other times: data8 0, stat20 2 (the baseline)
Times include lead and hold time.

error: calendar: event 'Data 8 lab' of 2026-11-24 09:00, line 2
      datta8: 3
      ^^^^^^
  no pool "datta8"; did you mean "data8"? Known pools: data8, stat20
  right:  data8: 3

1 problem: 1 error
`,
    );
  });

  it('says what remains of a count above the pool’s maxReplicas', () => {
    const span = { ...SPAN, pools: [{ name: 'data8', baseline: 0, maxReplicas: 12 }] };
    expect(planTable(scheduleOf(booked(0, 1, 300)), span, [])).toContain(
      `300   Data 8 lab\n${' '.repeat(34)}cut to 12 by maxReplicas\n`,
    );
    expect(planRows(scheduleOf(booked(0, 1, 300)), span)[0]).toMatchObject({ count: 300, cutTo: 12 });
    expect(planRows(scheduleOf(booked(0, 1, 12)), span)[0]).not.toHaveProperty('cutTo');
  });

  it('says so when nothing is booked, or there are no pools', () => {
    expect(planTable(scheduleOf(), SPAN, [])).toBe(
      `Bookings from Mon 2026-11-23 00:00 to Fri 2026-11-27 00:00, America/Los_Angeles

Nothing is booked in this time.

At other times: data8 0, stat20 2 (the baseline)
`,
    );
    expect(planTable(scheduleOf(), { ...SPAN, pools: [] }, [])).toContain('No pools are configured.');
  });

  it('keeps strangers’ control characters off the terminal', () => {
    const evil = 'x\u001b[2Jy\u202e';
    const table = planTable(scheduleOf(booked(0, 1, 3, { title: evil })), SPAN, [
      { ...PROBLEM, where: evil, message: evil, line: evil, example: evil },
    ]);
    expect(table).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });
});

describe('the table on a terminal', () => {
  const pools = [
    { name: 'data8', baseline: 0, maxReplicas: 12 },
    { name: 'stat20', baseline: 2 },
  ];
  const table = (schedule: ReturnType<typeof scheduleOf>, columns: number, ink: Ink = plainInk) =>
    planTable(schedule, { ...SPAN, pools }, [], { ink, columns });

  it('gives each pool a colour of its own, and a count that is cut that of a warning', () => {
    const named: Ink = (meaning, text) => `<${meaning}>${text}</>`;
    const drawn = table(scheduleOf(booked(0, 1, 300), booked(2, 1, 2, { pool: 'stat20' })), Infinity, named);
    expect(drawn).toContain('<pool0>data8</>      <warning>300</>   Data 8 lab\n');
    expect(drawn).toContain('<warning>cut to 12 by maxReplicas</>\n');
    expect(drawn).toContain('<pool1>stat20</>       <strong>2</>   Data 8 lab\n');
  });

  it('is as wide with colours as without', () => {
    const paint = inkFor(Object.assign(new PassThrough(), { isTTY: true, getColorDepth: () => 8 }));
    const schedule = scheduleOf(booked(0, 1, 300), booked(2, 1, 2, { pool: 'stat20', title: '期中考试' }));
    expect(stripVTControlCharacters(table(schedule, 60, paint))).toBe(table(schedule, 60));
  });

  it('continues long titles under themselves', () => {
    const title = 'Data 8 midterm, with extended time, in the large room';
    expect(table(scheduleOf(booked(0, 1, 3, { title })), 60)).toContain(
      [
        '  08:50 - 10:00   data8       3   Data 8 midterm, with',
        '                                  extended time, in the',
        '                                  large room',
      ].join('\n'),
    );
  });

  it('puts titles on lines of their own where little room is left', () => {
    expect(table(scheduleOf(booked(0, 1, 3)), 42)).toContain(
      '  08:50 - 10:00   data8       3\n    Data 8 lab\n',
    );
  });

  it.each([40, 60, 80, 200])('never exceeds %d columns, whatever the titles', (columns) => {
    const titles = [
      'x'.repeat(200),
      '期中考试'.repeat(20),
      '👩‍👩‍👧‍👦 family day 🇩🇪🇫🇷 '.repeat(6),
      'e\u0301'.repeat(90),
    ];
    const schedule = scheduleOf(...titles.map((title, index) => booked(index * 3, 1, 300, { title })));
    for (const line of table(schedule, columns).split('\n'))
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('names of many pools only those that keep something', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      name: `course-${index}`,
      baseline: index === 7 ? 2 : 0,
    }));
    expect(planTable(scheduleOf(), { ...SPAN, pools: many }, [])).toContain(
      'At other times: course-7 2, the other 29 pools 0 (the baseline)\n',
    );
    expect(planTable(scheduleOf(), { ...SPAN, pools: many.slice(10, 17) }, [])).toContain(
      'At other times: all 7 pools 0 (the baseline)\n',
    );
  });

  it('says what was asked for when there is none of it', () => {
    const only = 'by an event with "midterm" in its title';
    expect(planTable(scheduleOf(), { ...SPAN, only }, [])).toContain(
      'Nothing is booked in this time by an event with "midterm" in its title.\n',
    );
  });
});

describe('the rows of the plan', () => {
  it('carry ISO times with the offset of the zone, also across a change of the clocks', () => {
    const night = Date.UTC(2026, 9, 31, 23, 30) + 7 * HOUR;
    const schedule = scheduleOf({ ...booked(0, 0, 3), startMs: night, endMs: night + 3 * HOUR });
    const [row] = planRows(schedule, { ...SPAN, fromMs: night - HOUR, toMs: night + 9 * HOUR });
    expect(row).toEqual({
      pool: 'data8',
      baseline: 0,
      count: 3,
      start: '2026-10-31T23:20:00-07:00',
      end: '2026-11-01T01:30:00-08:00',
      by: [
        {
          title: 'Data 8 lab',
          count: 3,
          feed: 'calendar',
          start: '2026-10-31T23:20:00-07:00',
          end: '2026-11-01T01:30:00-08:00',
        },
      ],
    });
  });

  it('are cut to the span, the events behind them are not', () => {
    const [row] = planRows(scheduleOf(booked(0, 4, 3)), {
      ...SPAN,
      fromMs: NINE + HOUR,
      toMs: NINE + 2 * HOUR,
    });
    expect(row).toMatchObject({ start: '2026-11-23T10:00:00-08:00', end: '2026-11-23T11:00:00-08:00' });
    expect(row?.by[0]).toMatchObject({
      start: '2026-11-23T08:50:00-08:00',
      end: '2026-11-23T13:00:00-08:00',
    });
  });

  it('leave out lead time that does not raise the pool', () => {
    const [row] = planRows(scheduleOf(booked(0, 1, 1, { pool: 'stat20' })), SPAN);
    expect(row).toMatchObject({ pool: 'stat20', count: 1, start: '2026-11-23T09:00:00-08:00' });
  });

  it('come by start, then by pool', () => {
    const schedule = scheduleOf(
      booked(2, 1, 3, { pool: 'stat20' }),
      booked(2, 1, 3),
      booked(0, 1, 3, { pool: 'stat20' }),
    );
    expect(planRows(schedule, SPAN).map(({ pool }) => pool)).toEqual(['stat20', 'data8', 'stat20']);
  });
});

describe('the plan as JSON', () => {
  it('holds the span, the pools, the windows and the problems, all times in ISO', () => {
    const plan = planJson(scheduleOf(booked(0, 1, 3)), SPAN, [PROBLEM]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan).toMatchObject({
      zone: 'America/Los_Angeles',
      from: '2026-11-23T00:00:00-08:00',
      to: '2026-11-27T00:00:00-08:00',
      pools: SPAN.pools,
      windows: [{ pool: 'data8', count: 3 }],
      problems: [
        {
          code: 'unknown-pool',
          event: { uid: 'one', start: '2026-11-23T09:00:00-08:00', end: '2026-11-23T10:00:00-08:00' },
        },
      ],
    });
  });
});

describe('a problem at the terminal', () => {
  it('has a mark under the wrong value', () => {
    const problem = {
      ...PROBLEM,
      line: 'data8: three',
      message: 'expected a whole number from 0 up, got "three"',
    };
    expect(problemLines(problem).slice(1, 3)).toEqual(['      data8: three', '             ^^^^^']);
  });

  it.each([
    ['the part that the message quotes', '3data: 3', 'no pool "3data"', '^^^^^'],
    ['the value, when a value of that kind is quoted twice', '3: 3', 'expected a word, got "3"', '   ^'],
    [
      'the value, when two lines gave one pool',
      'data8: 5',
      'expected one line for data8, got 3 and 5',
      '       ^',
    ],
    [
      'the value, when it is a mapping',
      'data8: {users: 350}',
      'expected a whole number, got a mapping',
      '       ^^^^^^^^^^^^',
    ],
    [
      'the beginning of a long quoted part',
      'data8: see you',
      'expected a number, got "see y…"',
      '       ^^^^^',
    ],
    ['all of the line, when no part is known', 'data8 = 3', 'this looks like a booking', '^^^^^^^^^'],
    ['letters of two columns', '数据八: 三', 'expected a whole number, got "三"', '        ^^'],
    ['letters behind a mark that takes no column', 'cafe\u0301: x', 'expected a number, got "x"', '      ^'],
  ])('is marked under %s', (_, line, message, marks) => {
    expect(problemLines({ ...PROBLEM, line, message }).slice(1, 3)).toEqual([
      `      ${line}`,
      `      ${marks}`,
    ]);
  });

  it('is broken to the width of the terminal, but what is to be copied is not', () => {
    const lines = problemLines(PROBLEM, { ink: plainInk, columns: 40 });
    expect(lines).toEqual([
      "error: calendar: event 'Data 8 lab' of",
      '2026-11-24 09:00, line 2',
      '      datta8: 3',
      '      ^^^^^^',
      '  no pool "datta8"; did you mean',
      '  "data8"? Known pools: data8, stat20',
      '  right:  data8: 3',
    ]);
  });

  it('has severity, marks and the right line in colours of their meaning', () => {
    const named: Ink = (meaning, text) => `<${meaning}>${text}</>`;
    expect(problemLines(PROBLEM, { ink: named, columns: Infinity })).toEqual([
      "<error>error</><strong>: calendar: event 'Data 8 lab' of 2026-11-24 09:00, line 2</>",
      '      datta8: 3',
      '      <error>^^^^^^</>',
      '  no pool "datta8"; did you mean "data8"? Known pools: data8, stat20',
      '  right:  <good>data8: 3</>',
    ]);
    expect(problemLines({ ...PROBLEM, severity: 'warning' }, { ink: named, columns: Infinity })[2]).toContain(
      '<warning>^',
    );
  });

  it('has an example of several lines as a block that can be copied', () => {
    const example = 'data8:\n  nodeSelector:\n    pool: a';
    expect(problemLines({ ...PROBLEM, example }).slice(-4)).toEqual([
      '  right:',
      '      data8:',
      '        nodeSelector:',
      '          pool: a',
    ]);
  });

  it('needs neither line nor example nor feed', () => {
    const { line: _line, example: _example, feed: _feed, ...bare } = PROBLEM;
    expect(problemLines({ ...bare, where: 'nodePools.data8', message: 'expected a map' })).toEqual([
      'error: nodePools.data8',
      '  expected a map',
    ]);
  });
});
