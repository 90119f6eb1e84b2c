// Text and bytes: titles and descriptions exactly as the person typed them.
import { describe, expect, it } from 'vitest';
import { calendar, event, read } from '../support/golden-calendar.ts';

const start = 'DTSTART:20260302T090000Z';

interface Row {
  name: string;
  lines: string[];
  summary?: string;
  description?: string;
}

const rows: Row[] = [
  {
    name: 'an escaped backslash before an n stays a backslash',
    lines: ['DESCRIPTION:C:\\\\new'],
    description: 'C:\\new',
  },
  {
    name: 'line breaks, commas, semicolons',
    lines: ['DESCRIPTION:a\\nb\\Nc\\, d\\; e'],
    description: 'a\nb\nc, d; e',
  },
  { name: 'an escape that does not exist stays', lines: ['DESCRIPTION:a\\tb\\'], description: 'a\\tb\\' },
  {
    name: 'quotes stay',
    lines: ['SUMMARY:"Quoted"', 'DESCRIPTION:say "TZID=x" aloud'],
    summary: '"Quoted"',
    description: 'say "TZID=x" aloud',
  },
  { name: 'an empty parameter loses nothing', lines: ['SUMMARY;LANGUAGE=:x'], summary: 'x' },
  {
    name: 'parameters in quotes may hold colons and semicolons',
    lines: ['SUMMARY;ALTREP="http://a;b:c":x: y'],
    summary: 'x: y',
  },
  { name: 'a quote that is never closed', lines: ['SUMMARY;X="open:the title'], summary: 'the title' },
  {
    name: 'U+2028 and U+2029, as Word writes them',
    lines: ['DESCRIPTION:a\u2028b\u2029c'],
    description: 'a\u2028b\u2029c',
  },
  { name: 'a lone carriage return', lines: ['DESCRIPTION:a\rb'], description: 'a\rb' },
  {
    name: 'of two descriptions the first counts',
    lines: ['DESCRIPTION:one', 'DESCRIPTION:two'],
    description: 'one',
  },
  {
    name: 'folded by blank and by tab, also in a name',
    lines: ['DESCRI\r\n PTION:data8\r\n\t: 3\r\n  and more'],
    description: 'data8: 3 and more',
  },
  {
    name: 'X-ALT-DESC counts when there is no description',
    lines: ['X-ALT-DESC;FMTTYPE=text/html:<p>data8: 3</p>'],
    description: '<p>data8: 3</p>',
  },
  {
    name: 'a description beats X-ALT-DESC',
    lines: ['X-ALT-DESC:<p>no</p>', 'DESCRIPTION:yes'],
    description: 'yes',
  },
  { name: 'HTML stays as it is', lines: ['DESCRIPTION:<b>a</b> &lt\\; b'], description: '<b>a</b> &lt; b' },
  { name: 'blanks at the end of a date do not matter', lines: ['DTEND:20260302T100000Z  '], description: '' },
];

describe('text', () => {
  it.each(rows)('$name', ({ lines, summary, description }) => {
    const { occurrences, problems } = read(event(start, ...lines));
    expect(problems).toEqual([]);
    expect(occurrences).toHaveLength(1);
    if (summary !== undefined) expect(occurrences[0]?.summary).toBe(summary);
    if (description !== undefined) expect(occurrences[0]?.description).toBe(description);
  });

  it('DTSTART with blanks behind its Z keeps the event', () => {
    expect(read(event('DTSTART:20260302T090000Z ')).occurrences).toHaveLength(1);
  });

  it('a fold inside the bytes of one letter is undone before decoding', () => {
    const [before, after] = calendar(event(start, 'SUMMARY:Größe'))
      .toString('latin1')
      .split('\u00c3\u00b6') as [string, string];
    const body = Buffer.from(`${before}\u00c3\r\n \u00b6${after}`, 'latin1');
    expect(read(body)).toMatchObject({ occurrences: [{ summary: 'Größe' }], problems: [] });
  });
});

describe('encoding', () => {
  const body = (encoding: BufferEncoding) =>
    Buffer.from(calendar(event(start, 'SUMMARY:Größe')).toString('utf8'), encoding);
  const summary = (reading: ReturnType<typeof read>) => reading.occurrences[0]?.summary;
  const codes = (reading: ReturnType<typeof read>) => reading.problems.map(({ code }) => code);

  it('UTF-8 with a byte order mark', () => {
    expect(summary(read(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body('utf8')])))).toBe('Größe');
  });

  it('UTF-16 with a byte order mark', () => {
    expect(summary(read(Buffer.concat([Buffer.from([0xff, 0xfe]), body('utf16le')])))).toBe('Größe');
  });

  it('the charset of Content-Type', () => {
    const reading = read(body('latin1'), { contentType: 'text/calendar; charset="ISO-8859-1"' });
    expect([summary(reading), codes(reading)]).toEqual(['Größe', []]);
  });

  it('a byte order mark beats Content-Type', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body('utf8')]);
    expect(summary(read(marked, { contentType: 'text/calendar; charset=iso-8859-1' }))).toBe('Größe');
  });

  it('bytes that are no UTF-8, and nobody says what they are: windows-1252 with a warning', () => {
    const reading = read(body('latin1'));
    expect([summary(reading), codes(reading)]).toEqual(['Größe', ['feed-encoding']]);
  });

  it('a charset nobody knows is judged by the bytes', () => {
    expect(summary(read(body('utf8'), { contentType: 'text/calendar; charset=klingon' }))).toBe('Größe');
  });

  it('bytes that are not the UTF-8 they are said to be are shown as such, with a warning', () => {
    const reading = read(body('latin1'), { contentType: 'text/calendar; charset=utf-8' });
    expect([summary(reading), codes(reading)]).toEqual(['Gr\ufffd\ufffde', ['feed-encoding']]);
  });
});
