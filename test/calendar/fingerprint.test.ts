import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startFingerprint } from '../../scaler/calendar/fingerprint.ts';

function fingerprint(...chunks: string[]): string {
  const print = startFingerprint();
  let rest = Buffer.alloc(0);
  for (const chunk of chunks) {
    const bytes = Buffer.concat([rest, Buffer.from(chunk, 'latin1')]);
    rest = bytes.subarray(print.take(bytes));
    expect(rest.length).toBeLessThanOrEqual(64);
  }
  return print.digest(rest);
}

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex');

describe('the fingerprint of a body', () => {
  test.each([
    ['A\r\nDTSTAMP:20261101T000000Z\r\nB\r\n', 'A\r\r\nB\r\n'],
    ['A\nDTSTAMP;X=1:20261101T000000Z\nB\n', 'A\nB\n'],
    ['A\r\nDTSTAMP:1\rSUMMARY:x\r\n', 'A\r\rSUMMARY:x\r\n'],
  ])('leaves DTSTAMP lines out: %j', (body, rest) => expect(fingerprint(body)).toBe(sha256(rest)));

  test.each([
    'A\r\nDTSTAMPS:20261101T000000Z\r\nB',
    'A\r\n DTSTAMP:20261101T000000Z\r\nB',
    'A DTSTAMP:20261101T000000Z\r\nB',
    `A\r\nDTSTAMP:${'x'.repeat(80)}\r\nB`,
    'A\r\nDTSTAMP:without an end of line',
  ])('leaves nothing else out: %j', (body) => expect(fingerprint(body)).toBe(sha256(body)));

  test('does not depend on how the body arrives', () => {
    const piece = fc.constantFrom(
      '\nDTSTAMP',
      ':2026',
      ';',
      '\r\n',
      '\n',
      '\r',
      'D',
      'DTSTAMP:',
      'x'.repeat(70),
      'SUMMARY',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        (pieces, cuts) => {
          const body = pieces.join('');
          const at = [0, ...cuts.map((cut) => Math.min(cut, body.length)).sort((a, b) => a - b), body.length];
          const chunks = at.slice(1).map((end, index) => body.slice(at[index], end));
          expect(fingerprint(...chunks)).toBe(fingerprint(body));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
