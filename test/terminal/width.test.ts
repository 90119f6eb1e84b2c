import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, padded, widthOf, wrapped } from '../../scaler/terminal/width.ts';

describe('the width of text', () => {
  it.each([
    ['Data 8', 6],
    ['Prüfung – “x”', 13],
    ['期中考试', 8],
    ['カタカナ', 8],
    ['한국어', 6],
    ['Ａ１', 4],
    ['cafe\u0301', 4],
    ['👩‍👩‍👧‍👦🇩🇪', 4],
    ['\u200b', 0],
    ['', 0],
  ])('of %j is %d columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('is filled up with blanks on either side, by columns', () => {
    expect(padded('期', 4)).toBe('期  ');
    expect(padded('7', 3, 'right')).toBe('  7');
    expect(padded('too long', 3)).toBe('too long');
  });

  it('is cut to what fits, with a sign that something is missing', () => {
    expect(fitted('waiting for a calendar', 11)).toBe('waiting fo…');
    expect(fitted('期中考试', 6)).toBe('期中…');
    expect(fitted('fits', 4)).toBe('fits');
  });
});

describe('wrapped text', () => {
  it('breaks at blanks, and in words that are longer than a line', () => {
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapped('a 12345678 b', 4)).toEqual(['a', '1234', '5678', 'b']);
    expect(wrapped('期中考试', 5)).toEqual(['期中', '考试']);
    expect(wrapped('', 5)).toEqual(['']);
    expect(wrapped('any length', Infinity)).toEqual(['any length']);
  });

  it('fits every line and loses nothing but blanks', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 2, max: 40 }),
        (text, columns) => {
          const lines = wrapped(text, columns);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });
});
