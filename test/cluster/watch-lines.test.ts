import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineDecoder } from '../../scaler/cluster/watch-lines.ts';

function linesOf(bytes: Buffer, cuts: number[]): string[] {
  const decode = lineDecoder();
  const lines: string[] = [];
  const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < at.length; i++) decode(bytes.subarray(at[i - 1], at[i]), (line) => lines.push(line));
  return lines;
}

it('gives the same lines wherever the chunks end, also inside a character', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      expect(linesOf(Buffer.from(lines.map((text) => `${text}\n`).join('')), cuts)).toEqual(lines);
    }),
  );
});

it('keeps a line back until it is whole', () => {
  expect(linesOf(Buffer.from('{"a":1}\n{"b"'), [3])).toEqual(['{"a":1}']);
});

it('refuses a line that never ends', () => {
  const decode = lineDecoder();
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  expect(() => {
    for (let i = 0; i < 17; i++) decode(chunk, () => {});
  }).toThrow(/a line of more than/);
});
