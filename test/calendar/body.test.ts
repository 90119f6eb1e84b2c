import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyTooLarge, collectBody, copyOfSlabs, joinSlabs } from '../../scaler/calendar/body.ts';

function collected(bytes: Buffer, piece: number) {
  const body = collectBody(1e9);
  for (let from = 0; from < bytes.length; from += piece) body.add(bytes.subarray(from, from + piece));
  return body.finish();
}

describe('a body as it arrives', () => {
  const lines = Array.from(
    { length: 60_000 },
    (_, index) => `UID:${index}\r\nDTSTAMP:20261101T${100_000 + index}Z\r\n`,
  );
  const large = Buffer.from(lines.join(''));

  test('comes out byte for byte, with one hash however it is cut', () => {
    const whole = collected(large, large.length);
    expect(whole.slabs.length).toBeGreaterThan(2);
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 3_000_000 }), (piece) => {
        const body = collected(large, piece);
        expect(Buffer.compare(joinSlabs(body.slabs), large)).toBe(0);
        expect([body.hash, body.bytes]).toEqual([whole.hash, large.length]);
      }),
      { numRuns: 20 },
    );
  });

  test('has one hash whatever its DTSTAMP lines say, also where they cross from one slab to the next', () => {
    const later = Buffer.from(lines.join('').replaceAll('DTSTAMP:20261101', 'DTSTAMP:20271231'));
    expect(collected(later, 65_536).hash).toBe(collected(large, 65_536).hash);
    const other = Buffer.from(lines.join('').replace('UID:59999', 'UID:59998'));
    expect(collected(other, 65_536).hash).not.toBe(collected(large, 65_536).hash);
  });

  test('stops at its limit, and not before', () => {
    const body = collectBody(100);
    body.add(Buffer.alloc(60));
    body.add(Buffer.alloc(40));
    expect(() => body.add(Buffer.alloc(1))).toThrow(BodyTooLarge);
  });

  test('can be handed away as a copy', () => {
    const body = collected(Buffer.from('BEGIN:VCALENDAR'), 4);
    const copy = copyOfSlabs(body.slabs);
    copy[0]?.fill(0);
    expect(Buffer.from(joinSlabs(body.slabs)).toString()).toBe('BEGIN:VCALENDAR');
  });
});
