import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown, textReader } from '../../scaler/calendar/text.ts';

const read = textReader();
const lines = (typed: string) =>
  read(typed)
    .split('\n')
    .filter((line) => line !== '');

describe('HTML as calendars make it becomes lines', () => {
  it.each([
    [
      '<br> in all its spellings',
      'data8: 2<br>stat20: 1<BR/>eps: 3<br />x',
      ['data8: 2', 'stat20: 1', 'eps: 3', 'x'],
    ],
    [
      'paragraphs, closed or not',
      '<p>data8: 2</p><p>stat20: 1<p>eps: 3',
      ['data8: 2', 'stat20: 1', 'eps: 3'],
    ],
    [
      'divs with empty ones between',
      '<div>data8: 2</div><div><br></div><div>eps: 3</div>',
      ['data8: 2', 'eps: 3'],
    ],
    ['list items without their bullets', '<ul><li>data8: 2</li><li>eps: 3</li></ul>', ['data8: 2', 'eps: 3']],
    ['numbered items without their numbers', '<ol><li>data8: 2<li>eps: 3</ol>', ['data8: 2', 'eps: 3']],
    ['<html-blob>, as Google wraps pasted text', '<html-blob>data8: 2<br></html-blob>', ['data8: 2']],
    ['table cells side by side', '<table><tr><td>data8:</td><td>2</td></tr></table>', ['data8: 2']],
    [
      'line breaks of the text among tags',
      'data8: 2\nsee <a href="https://x.y/?a=1&b=2">notes</a>',
      ['data8: 2', 'see notes'],
    ],
    ['tags inside a line', '<span style="x">data8</span>: <b>3</b>', ['data8: 3']],
    ['headings in their own letters', '<h1>Data 8</h1>data8: 3', ['Data 8', 'data8: 3']],
    ['links by their text only', '<a href="https://example.org/secret">data8: 3</a>', ['data8: 3']],
    [
      'no comments, scripts or styles',
      '<p>a<!-- data8: 9 --></p><style>x: 1</style><script>y: 2</script>',
      ['a'],
    ],
    [
      'what Outlook writes',
      '<HTML>\n<BODY>\n<P DIR=LTR><SPAN LANG="en-us"><FONT FACE="Calibri">data8: 3</FONT></SPAN></P>\n</BODY>\n</HTML>',
      ['data8: 3'],
    ],
  ])('%s', (_name, typed, expected) => {
    expect(lines(typed).map((line) => line.trim())).toEqual(expected);
  });

  it('finds what is nested deeper than any editor nests', () => {
    for (const depth of [300, 12_000])
      expect(lines(`${'<div>'.repeat(depth)}data8: 3`)).toEqual(['data8: 3']);
  });
});

describe('plain text stays as it is', () => {
  it.each([
    'a < b',
    'a<b and c>d',
    'x <- y',
    '<data8: 3>',
    'if (a<b && c>d) data8: 3',
    '1 < 2 > 0',
    '  indented: 1',
  ])('%s', (typed) => {
    expect(read(typed)).toBe(typed);
  });

  it('also beside HTML, where < is followed by no letter', () => {
    expect(lines('keep a < b<br>data8: 3')).toEqual(['keep a < b', 'data8: 3']);
  });
});

describe('entities', () => {
  it.each([
    ['are decoded where tags are', 'a &lt; b<br>R&amp;D &#39;x&#x27;', "a < b\nR&D 'x'"],
    ['are decoded where no tag is', 'data8:&nbsp;3', 'data8: 3'],
    ['are decoded once', '&amp;lt;br&amp;gt;', '&lt;br&gt;'],
    ['do not make tags of text', 'data8: 3&lt;br&gt;x', 'data8: 3<br>x'],
    ['keep the line breaks around them', 'data8:&nbsp;3\n\nstat20:&nbsp;1', 'data8: 3\n\nstat20: 1'],
    ['that do not exist stay', 'a &data8; b & c', 'a &data8; b & c'],
  ])('%s', (_name, typed, expected) => {
    expect(read(typed)).toBe(expected);
  });
});

describe('signs that keyboards, editors and chats put in', () => {
  it.each([
    ['no-break and other blanks are blanks', 'data8:\u00a03\u2009x\u3000y\tz', 'data8: 3 x y z'],
    ['curly quotes are straight', '“data8”: ‘3’ „x‟ «y»', '"data8": \'3\' "x" "y"'],
    ['full-width signs are ASCII', 'ｄａｔａ８：３', 'data8:3'],
    ['every kind of line end is one', 'a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh', 'a\nb\nc\nd\ne\nf\ng\nh'],
    [
      'zero-width, direction marks and soft hyphens vanish',
      '\ufeff\u200edata\u200b8\u00ad: \u202a3\u202c',
      'data8: 3',
    ],
    ['control characters vanish', 'da\u0000ta8\u001b: 3\u0007', 'data8: 3'],
  ])('%s', (_name, typed, expected) => {
    expect(read(typed)).toBe(expected);
  });
});

describe('a text shown to people', () => {
  it('is one short line without control characters', () => {
    expect(shown('Data 8\n midterm\u001b[31m\u202e\u0000')).toBe('Data 8 midterm[31m');
    expect(shown('x'.repeat(100))).toBe(`${'x'.repeat(59)}…`);
    expect(shown('🙂'.repeat(10), 4)).toBe('🙂🙂🙂…');
  });
});

describe('any text', () => {
  it('gives text without control characters, and never throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<br>',
        '<p>',
        '</p>',
        '<li',
        '<b x="',
        '>',
        '&nbsp;',
        '&#x0;',
        '&#99999999;',
        '<!--',
        '<![CDATA[',
        '\u0000',
        '\n',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(read(pieces.join(''))).not.toMatch(/[^\P{Cc}\n]/u);
      }),
      { numRuns: 500 },
    );
  });
});
