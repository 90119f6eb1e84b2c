// What the calendars of single situations book; the same calendar as five programs export it is exports.test.ts.
import { describe, expect, it } from 'vitest';
import { exampleBytes, readExample } from './read-example.ts';

const DAY = 86_400_000;
const FROM = Date.UTC(2026, 10, 30, 8);

const read = (file: string) => readExample(exampleBytes(file), { fromMs: FROM, toMs: FROM + 14 * DAY });

describe('the example calendars', () => {
  it('class.ics, as Google exports a term: HTML, exceptions, a moved lecture, a title that books, no nodes on a free weekend', () => {
    const { rows, problems } = read('class.ics');
    expect(problems).toEqual([]);
    expect(rows.slice(0, 8)).toEqual([
      '11-30T10:00 11-30T11:00 data8 3 Data 8 lecture',
      '12-01T09:00 12-01T17:00 data8 1 Stat 20 lab sections',
      '12-01T09:00 12-01T17:00 stat20 2 Stat 20 lab sections',
      '12-01T17:00 12-02T00:30 data8 2 Data 8 project 3 due',
      '12-02T10:00 12-02T11:30 data8 4 Data 8 lecture (guest, more seats)',
      '12-03T09:00 12-03T17:00 data8 1 Stat 20 lab sections',
      '12-03T09:00 12-03T17:00 stat20 2 Stat 20 lab sections',
      '12-04T10:00 12-04T11:00 data8 3 Data 8 lecture',
    ]);
    expect(rows).toContain('12-04T14:00 12-04T16:00 data100 1 data100: 1');
  });

  it('midterm-week.ics, as Outlook publishes one: zones of Windows, a cancelled exam, an all-day event, HTML beside no text', () => {
    const { rows, problems } = read('midterm-week.ics');
    expect(problems).toEqual([]);
    expect(rows.filter((row) => row >= '12-07')).toEqual([
      '12-07T00:00 12-12T00:00 data100 1 Reading week',
      '12-07T19:00 12-07T21:00 data8 8 Data 8 midterm',
      '12-07T21:00 12-07T22:00 data8 2 Data 8 midterm, extended time',
      '12-09T12:00 12-09T14:00 stat20 4 Stat 20 midterm',
    ]);
    expect(rows.filter((row) => row.endsWith('data8 2 Review sessions'))).toHaveLength(4);
  });

  it('typos.ics, the mistakes people make: every one has a right line, and books nothing by guessing', () => {
    const { rows, problems } = read('typos.ics');
    expect(problems.map(({ code, line, example }) => `${code}: ${line} -> ${example}`)).toEqual([
      'unknown-pool: datta8: 3 -> data8: 3',
      'bad-count: data8: three -> data8: 3',
      'bad-count: data8: 3 nodes -> data8: 3',
      'near-booking: data8 = 3 -> data8: 3',
      'near-booking: stat20 2 -> stat20: 2',
      'bad-count: stat20: two -> stat20: 2',
      'unknown-pool: prob140: 2 -> data8: 3',
      'booked-twice: data8: 5 -> data8: 5',
      'bad-count: data8: 2.5 -> data8: 3',
      'unknown-pool: datta8: 2 -> data8: 2',
      'unknown-pool: Data 8: 3 -> data8: 3',
      'bad-count: data8: {users: 350} -> data8: 3',
      'bad-count: data8: -1 -> data8: 0',
    ]);
    expect(rows.map((row) => row.slice(24))).toEqual([
      'data100 1 One bad line among good ones',
      'data8 3 One bad line among good ones',
      'data8 2 A pool that is gone',
      'data8 5 More than one line for a pool',
      'data8 3 All is well: curly quotes and a full-width colon',
      'data8 3 All is well: pasted from a chat',
      'stat20 2 All is well: pasted from a chat',
      'data8 300 Too many',
    ]);
  });
});
