import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BookingOptions,
  type BookingReading,
  bookingReader,
  readBookings,
} from '../../scaler/calendar/bookings.ts';

const OPTIONS: BookingOptions = {
  pools: [
    { name: 'data8', baseline: 0 },
    { name: 'stat20', baseline: 2 },
  ],
  unknownPools: 'problem',
  descriptionBytes: 32_768,
};

/** `data8=3 stat20=2` for what is booked, then the codes of the problems. */
function told({ bookings, problems }: BookingReading): string {
  return [...bookings.map(({ pool, count }) => `${pool}=${count}`), ...problems.map(({ code }) => code)].join(
    ' ',
  );
}

function read(description: string, more: Partial<BookingOptions> & { title?: string } = {}): BookingReading {
  const { title = 'Class', ...options } = more;
  return readBookings({ title, description }, { ...OPTIONS, ...options });
}

describe('a booking', () => {
  it.each([
    ['is a pool, a colon and a whole number', 'data8: 3', 'data8=3'],
    ['may be one of several lines', 'data8: 3\nstat20: 4', 'data8=3 stat20=4'],
    ['needs no blank after the colon', 'data8:3', 'data8=3'],
    ['may have a blank before it', 'data8 : 3', 'data8=3'],
    ['may be indented', '   data8: 3\n      stat20: 4', 'data8=3 stat20=4'],
    ['may be written by a phone that capitalises', 'Data8: 3\nSTAT20: 4', 'data8=3 stat20=4'],
    ['may have a leading zero', 'data8: 03', 'data8=3'],
    ['may be an explicit 0', 'data8: 0', 'data8=0'],
    ['may end in a dot, as phones make of two blanks', 'data8: 3.', 'data8=3'],
    ['may have its number in the next line', 'data8:\n  3', 'data8=3'],
    ['may be typed with a full-width colon or digit', 'data8：３', 'data8=3'],
  ])('%s', (_name, typed, expected) => {
    expect(told(read(typed))).toBe(expected);
  });

  it.each([
    ['a dash', '- data8: 3\n- stat20: 4'],
    ['a star', '* data8: 3\n* stat20: 4'],
    ['a bullet', '• data8: 3\n• stat20: 4'],
    ['a number', '1. data8: 3\n2) stat20: 4'],
    ['a box', '[ ] data8: 3\n☐ stat20: 4'],
    ['a picture', '👉 data8: 3\n✔️ stat20: 4'],
    ['a quotation mark of a mail', '> data8: 3\n> stat20: 4'],
  ])('may stand behind %s', (_name, typed) => {
    expect(told(read(typed))).toBe('data8=3 stat20=4');
    expect(told(read(`Bring pencils!\n${typed}`))).toBe('data8=3 stat20=4');
  });

  it.each([
    ['around the name', '"data8": 3'],
    ['around the number', "data8: '3'"],
    ['around both', '“data8”: “3”'],
    ['around the line', '"data8: 3"'],
    ['of code', '`data8: 3`'],
    ['of emphasis', '**data8:** 3'],
    ['of emphasis on the whole line', '**data8: 3**'],
  ])('may have marks %s', (_name, typed) => {
    expect(told(read(typed))).toBe('data8=3');
    expect(told(read(`Bring pencils!\n${typed}`))).toBe('data8=3');
  });

  it.each([
    ['in a line of its own', '# warm up the rooms\ndata8: 3'],
    ['behind the number', 'data8: 3 # two sections'],
    ['behind the number, without a blank', 'data8: 3# two sections'],
    ['behind slashes', '// data8: 9\ndata8: 3'],
    ['that would be a booking itself', '# data8: 9\ndata8: 3'],
  ])('may have a comment %s', (_name, typed) => {
    expect(told(read(typed))).toBe('data8=3');
    expect(told(read(`Bring pencils!\n${typed}`))).toBe('data8=3');
  });

  it.each([
    ['in braces', '{data8: 3, stat20: 4}'],
    ['in braces without blanks', '{data8:3,stat20:4}'],
    ['in braces over several lines', '{\n  data8: 3,\n  stat20: 4,\n}'],
    ['in brackets', '[data8: 3, stat20: 4]'],
    ['with a comma', 'data8: 3, stat20: 4'],
    ['with a semicolon', 'data8: 3; stat20: 4'],
    ['with a blank', 'data8: 3 stat20: 4'],
    ['with a slash', 'data8: 3 / stat20: 4'],
    ['with a word', 'data8: 3 and stat20: 4'],
  ])('may share its line %s', (_name, typed) => {
    expect(told(read(typed))).toBe('data8=3 stat20=4');
    if (!typed.includes('\n')) expect(told(read(`Bring pencils!\n${typed}`))).toBe('data8=3 stat20=4');
  });

  it.each([
    ['under a heading', 'Placeholders:\n  data8: 3\n  stat20: 4'],
    ['as a list under a heading', 'Placeholders:\n- data8: 3\n- stat20: 4'],
    ['behind a word', 'Placeholders: data8: 3\nPlaceholders: stat20: 4'],
    ['in a block of text', 'Notes: |\n  data8: 3\n  stat20: 4'],
    ['after prose', 'Midterm for Data 8, in Wheeler\n\ndata8: 3\nstat20: 4\n\nBring your id!'],
    ['in HTML', '<p>Midterm</p><ul><li>data8:&nbsp;3</li><li><b>stat20</b>: 4</li></ul>'],
  ])('is found %s', (_name, typed) => {
    expect(told(read(typed))).toBe('data8=3 stat20=4');
  });

  it('goes by the exact name where two differ in case only, and asks otherwise', () => {
    const pools = ['Lab', 'lab'].map((name) => ({ name, baseline: 0 }));
    expect(told(read('lab: 3\nLab: 4', { pools }))).toBe('lab=3 Lab=4');
    const { problems, bookings } = read('LAB: 3', { pools });
    expect(bookings).toEqual([]);
    expect(problems[0]).toMatchObject({
      code: 'ambiguous-pool',
      message: expect.stringContaining('"Lab" or "lab"'),
    });
  });
});

describe('a name that is no pool', () => {
  it('is a problem with the line, the pool that was probably meant, the known pools and a right line', () => {
    expect(read('Hello\ndatta8: 3').problems).toEqual([
      {
        code: 'unknown-pool',
        source: 'booking',
        severity: 'error',
        where: 'line 2',
        message: 'no pool "datta8"; did you mean "data8"? Known pools: data8, stat20',
        example: 'data8: 3',
        line: 'datta8: 3',
      },
    ]);
  });

  it('is a problem also when it is close to none', () => {
    const [problem] = read('physics: 7').problems;
    expect(problem?.message).toBe('no pool "physics". Known pools: data8, stat20');
    expect(problem?.example).toBe('data8: 3');
  });

  it.each([
    'Data 8: 3',
    'data-8: 3',
    'pool data8: 3',
    'data8 nodes: 3',
    'We need data8: 3 please',
    'dtaa8: 3',
  ])('is told what was meant: %s', (typed) => {
    expect(read(typed).problems[0]?.message).toContain('did you mean "data8"?');
  });

  it('never loses the other lines', () => {
    expect(told(read('datta8: 3\nstat20: 4'))).toBe('stat20=4 unknown-pool');
    expect(told(read('data8: three\nstat20: 4'))).toBe('stat20=4 bad-count');
    expect(told(read('{datta8: 3, stat20: 4}'))).toBe('stat20=4 unknown-pool');
    expect(told(read('a: 2: b: [\ndata8: 3'))).toBe('data8=3');
  });

  it('is prose in a calendar with other uses, except when it is close to a pool', () => {
    expect(told(read('Room: 150\ndata8: 3', { unknownPools: 'ignore' }))).toBe('data8=3');
    expect(told(read('datta8: 3', { unknownPools: 'ignore' }))).toBe('unknown-pool');
  });

  it('is not taken for a slip in a name of one or two letters', () => {
    const pools = ['r', 'py'].map((name) => ({ name, baseline: 0 }));
    for (const typed of ['q: 3', 'pi: 3'])
      expect(read(typed, { pools }).problems[0]?.message).not.toContain('did you mean');
    expect(told(read('R: 3', { pools }))).toBe('r=3');
  });

  it('says so when no pools are configured', () => {
    expect(read('data8: 3', { pools: [] }).problems[0]?.message).toBe(
      'no pool "data8". No pools are configured',
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('may be %s, known or not', (name) => {
    expect(told(read(`${name}: 3`))).toBe('unknown-pool');
    const plain = name.replaceAll('_', '');
    expect(told(read(`${plain}: 3`, { pools: [{ name: plain, baseline: 0 }] }))).toBe(`${plain}=3`);
    expect(read(`${name}: 3`).problems[0]?.message).toContain(`no pool "${name}"`);
    expect(told(read(`${name}: 3`, { pools: [{ name, baseline: 0 }] }))).toBe(`${name}=3`);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a value that is no whole number', () => {
  it.each([
    ['three', 'got "three"', 3],
    ['five nodes', 'got "five nodes"', 5],
    ['3.0', 'got "3.0"', 3],
    ['2.5', 'got "2.5"', 3],
    ['true', 'got "true"', 3],
    ['none', 'got "none"', 0],
    ['-1', 'got "-1"', 0],
    ['+3', 'got "+3"', 3],
    ['1e3', 'got "1e3"', 3],
    ['0x10', 'got "0x10"', 3],
    ['0o17', 'got "0o17"', 3],
    ['٣', 'got "٣"', 3],
    ['4 nodes', 'got "4 nodes"', 4],
    ['4 (two rooms)', 'got "4 (two rooms)"', 4],
    ['3-4', 'got "3-4"', 3],
    ['3?', 'got "3?"', 3],
    ['1,000', 'got "1,000"', 3],
    ['2026-11-23', 'got "2026-11-23"', 3],
    ['10:30', 'got "10:30"', 3],
    ['[3]', 'got a list', 3],
    ['{users: 350}', 'got a mapping', 3],
    ['*a', 'got "*a"', 3],
    ['!!str 3', 'got', 3],
    ['', 'got nothing', 3],
    ['null', 'got "null"', 0],
    ['99999999', 'from 0 to 1000000, got "99999999"', 3],
  ])('is a problem with a right line: %s', (typed, got, example) => {
    const { bookings, problems } = read(`data8: ${typed}`);
    expect(bookings).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'bad-count', pool: 'data8', example: `data8: ${example}` });
    expect(problems[0]?.message).toContain('expected a whole number from 0');
    expect(problems[0]?.message).toContain(got);
  });

  it('is only a warning where it may be prose after all', () => {
    expect(read('data8: see you there').problems[0]?.severity).toBe('warning');
    for (const meant of ['three', '3 nodes', '3 (midterm)', '12:30', '10-12'])
      expect(read(`data8: ${meant}`).problems[0]?.severity).toBe('error');
    expect(read('data8:').problems[0]?.severity).toBe('error');
  });

  it('is the same problem among lines of prose', () => {
    for (const value of ['3.0', 'true', '-1', '1e3', '0x10', '4 nodes', '{users: 350, lead: 10}', '']) {
      expect(told(read(`Bring pencils!\ndata8: ${value}\nstat20: 4`))).toBe('stat20=4 bad-count');
    }
  });
});

describe('what looks like a booking without its colon', () => {
  it.each([
    'data8 = 3',
    'data8=3',
    'data8 3',
    'data8 -> 3',
    'data8 => 3',
    'data8 - 3',
    'data8, 3',
    'data8 x3',
    'data8 (3)',
    'data8 3 nodes',
    '3 data8',
    '3x data8',
    '3 nodes for data8',
    'Data8 = 3',
    'datta8 = 3',
    '- data8 = 3',
    'data8 = 3 # two sections',
  ])('is a problem and books nothing: %s', (typed) => {
    const { bookings, problems } = read(typed);
    expect(bookings).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'near-booking',
      severity: 'warning',
      example: 'data8: 3',
      pool: 'data8',
    });
    expect(told(read(`Bring pencils!\n${typed}\nstat20: 4`))).toBe('stat20=4 near-booking');
  });
});

describe('prose', () => {
  it.each([
    'Midterm for Data 8',
    'data8',
    'Data8 2026',
    'Data8 10 am',
    'Chapters 1 to 3',
    '5',
    '- 1\n- 2',
    'true',
    '2026-11-23',
    '12:30',
    'Starts at 10:10',
    '9:00-10:00 Wheeler 150',
    'Join: https://example.org/j/98765?pwd=1',
    'Meeting ID: 987 6543 2100',
    'Dial-in PIN: 12345',
    '+1 669 900 6833 US',
    'Instructor: Ana',
    'Date: Monday',
    'a < b',
    '',
    '   \n\n',
    '# data8: 3',
    '---',
    'a: &a [*a]',
    `${'x'.repeat(3000)}: 3`,
  ])('is not mentioned: %s', (typed) => {
    expect(told(read(typed))).toBe('');
  });
});

describe('the title', () => {
  it.each([
    ['books when the description does not', '', 'data8: 3', 'data8=3'],
    ['books several pools', 'see you there', 'data8: 3, stat20: 4', 'data8=3 stat20=4'],
    ['does not count beside a booking in the description', 'data8: 3', 'data8: 9', 'data8=3'],
    ['counts beside a line that is none', 'datta8: 3', 'data8: 9', 'data8=9 unknown-pool'],
    ['is a problem when it was meant as a booking', '', 'datta8: 3', 'unknown-pool'],
    ['is a problem without its colon', '', 'data8 = 3', 'near-booking'],
    ['is a problem without a whole number', '', 'data8: 3 nodes', 'bad-count'],
    ['is a problem with more behind its number', '', 'data8: 3 midterm', 'bad-count'],
    ['is a problem with a remark behind its number', '', 'data8:3 (exam)', 'bad-count'],
    ['is a problem with the booking inside', '', 'Midterm (data8: 3)', 'near-booking'],
    ['is a problem with words before the booking', '', 'Please book Data8: 3', 'unknown-pool'],
    ['names a course without booking it', '', 'Data8: Midterm 2', ''],
    ['names a time of day without booking it', '', 'Data8: 2 pm review', ''],
    ['names a pool before a time of day', '', 'Room of data8: 10:00', ''],
    ['names an hour without booking it', '', 'Data8: 2nd midterm', ''],
    ['may count weeks', '', 'Week: 3', ''],
    ['may be typed as HTML', '', 'data8:&nbsp;3', 'data8=3'],
    ['may be empty', '', '', ''],
  ])('%s', (_name, description, title, expected) => {
    expect(told(read(description, { title }))).toBe(expected);
  });

  it('is named as the place of its problems', () => {
    expect(read('', { title: 'datta8: 3' }).problems[0]).toMatchObject({ where: 'title', line: 'datta8: 3' });
  });
});

describe('warnings', () => {
  it('a booking from 1 up below the baseline counts as typed, and is pointed out', () => {
    const { bookings, problems } = read('stat20: 1');
    expect(bookings).toEqual([{ pool: 'stat20', count: 1 }]);
    expect(problems[0]).toMatchObject({
      code: 'below-baseline',
      severity: 'warning',
      example: 'stat20: 3',
      pool: 'stat20',
    });
    expect(told(read('stat20: 0'))).toBe('stat20=0');
    expect(told(read('stat20: 2'))).toBe('stat20=2');
  });

  it('of two lines for one pool the larger counts, and both are pointed out', () => {
    for (const typed of ['data8: 3\ndata8: 5', 'data8: 5\nData8: 3', 'Hello\ndata8: 5\ndata8: 3']) {
      const { bookings, problems } = read(typed);
      expect(bookings).toEqual([{ pool: 'data8', count: 5 }]);
      expect(problems[0]).toMatchObject({ code: 'booked-twice', severity: 'warning', example: 'data8: 5' });
    }
  });

  it('also when the numbers stand in lines of their own', () => {
    expect(told(read('data8:\n  3\ndata8:\n  5'))).toBe('data8=5 booked-twice');
  });

  it('a text longer than people type is read line by line, not as YAML', () => {
    const typed = `data8:\n  3\nstat20: 4\n${'# x\n'.repeat(5000)}`;
    expect(told(read(typed))).toBe('stat20=4 bad-count');
  });

  it('a description longer than the limit is read up to it, and no number is cut in two', () => {
    const long = `data8: 3\n${'x'.repeat(20)}\nstat20: 40`;
    const { bookings, problems } = read(long, { descriptionBytes: Buffer.byteLength(long) - 1 });
    expect(bookings).toEqual([{ pool: 'data8', count: 3 }]);
    expect(problems[0]).toMatchObject({ code: 'description-too-long', where: 'description' });
    expect(told(read(long, { descriptionBytes: Buffer.byteLength(long) }))).toBe('data8=3 stat20=40');
    expect(told(read(`data8: 3<br>${'ü'.repeat(20)}<br>stat20: 40`, { descriptionBytes: 50 }))).toBe(
      'data8=3 description-too-long',
    );
  });

  it('a pasted table of wrong lines is not listed whole', () => {
    const { problems, bookings } = read(
      `${Array.from({ length: 500 }, (_, i) => `row${i}: 1`).join('\n')}\ndata8: 3`,
    );
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatchObject({
      code: 'more-problems',
      message: expect.stringContaining('at most 20'),
      where: 'line 21',
    });
    expect(bookings).toEqual([{ pool: 'data8', count: 3 }]);
  });

  it('a line is shown short and without control characters', () => {
    const [problem] = read(`datta8: 3 # ${'x'.repeat(500)}`).problems;
    expect(problem?.line?.length).toBeLessThanOrEqual(120);
    expect(read('dat\u001bta8: 3').problems[0]?.line).toBe('datta8: 3');
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    'data8',
    'Stat20',
    'datta8',
    '__proto__',
    'constructor',
    'Room',
    '3',
    '0',
    '-1',
    '3.0',
    'three',
    'true',
    '٣',
  );
  const sign = fc.constantFrom(
    ':',
    ': ',
    '：',
    ' = ',
    ' ',
    '\n',
    '\n  ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '- ',
    '* ',
    '&a ',
    '*a',
    '!!int ',
    '<<: ',
  );
  const other = fc.constantFrom(
    '#',
    '"',
    "'",
    '|',
    '>',
    '? ',
    '%YAML 1.1\n',
    '---\n',
    '<br>',
    '<p>',
    '&nbsp;',
    '\u2028',
    '\u0000',
    '“',
    '`',
  );
  const text = fc
    .array(fc.oneof(word, sign, other, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 40 })
    .map((parts) => parts.join(''));
  const reader = bookingReader(OPTIONS);

  it('gives bookings of known pools and problems that say where, what and how, and never throws', () => {
    fc.assert(
      fc.property(text, text, (title, description) => {
        const { bookings, problems } = reader({ title, description });
        expect(new Set(bookings.map(({ pool }) => pool)).size).toBe(bookings.length);
        for (const { pool, count } of bookings) {
          expect(['data8', 'stat20']).toContain(pool);
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
        for (const { where, message, line = '' } of problems) {
          expect(where).toMatch(/^(title|line \d+|description)$/);
          expect(message.length).toBeGreaterThan(10);
          expect(message + line).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a booking in a line of its own whatever the other lines are, unless they begin a comment or a tag', () => {
    const prose = text.map((line) => line.replace(/[\r\n\v\f\u0085\u2028\u2029<>&]/g, ''));
    fc.assert(
      fc.property(prose, prose, (before, after) => {
        const { bookings } = reader({ title: '', description: `Hello!\n${before}\nstat20: 7\n${after}` });
        expect(bookings.find(({ pool }) => pool === 'stat20')?.count).toBeGreaterThanOrEqual(7);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['keys', Array.from({ length: 12_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['equal keys', 'data8: 1\n'.repeat(7000)],
    ['aliases', `a: &a [1]\n${'b: *a\n'.repeat(2500)}`],
    [
      'aliases of aliases',
      Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`).join('\n'),
    ],
    ['nesting', `data8: ${'['.repeat(16_000)}`],
    ['braces', '{a: '.repeat(16_000)],
    ['tags', '<div>'.repeat(13_000)],
    ['half a tag', '<a ='.repeat(16_000)],
    ['a tag that never ends', `<a ${'='.repeat(64_000)}`],
    ['blanks', `data8:${' '.repeat(64_000)}3`],
    ['colons', ':'.repeat(64_000)],
    ['bullets', '- '.repeat(32_000)],
    ['commas', 'a:1, '.repeat(13_000)],
    ['names close to pools', Array.from({ length: 8000 }, (_, i) => `dat${i}: 3`).join('\n')],
  ])('takes no more time than its length asks for: %s', (_name, description) => {
    const before = process.cpuUsage();
    reader({ title: description, description });
    // Never more than a second of the processor's time; the wall clock would measure who else is busy.
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(1_000_000);
  });
});
