import { describe, expect, it } from 'vitest';
import { canonical, thousandths } from '../../examples/demo/api/quantity.ts';

describe('quantities in the simulated API server', () => {
  it.each([
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1280Mi', '1280Mi'],
    ['1.5Gi', '1536Mi'],
    ['1000k', '1M'],
    ['2', '2'],
    ['1e3', '1k'],
    ['0', '0'],
    ['128974848000m', '128974848'],
  ])('%s is written back as %s', (typed, kept) => {
    expect(canonical(typed)).toBe(kept);
    expect(thousandths(kept)).toBe(thousandths(typed));
  });

  it.each(['', 'abc', '1 Gi', '1GiB', '--1'])('"%s" is refused', (typed) => {
    expect(() => canonical(typed)).toThrow('quantities must match');
  });
});
