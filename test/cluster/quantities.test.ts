import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCpuMilli, readQuantity } from '../../scaler/cluster/quantities.ts';

describe('a quantity in whole units', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['42', 42],
    ['+42', 42],
    ['-42', -42],
    ['007', 7],
    ['1.', 1],
    ['.5', 1],
    ['1.5', 2],
    ['-1.5', -2],
    ['1Ki', 1024],
    ['2Mi', 2 * 1024 ** 2],
    ['64Gi', 64 * 1024 ** 3],
    ['1Ti', 1024 ** 4],
    ['1Pi', 1024 ** 5],
    ['0.5Gi', 512 * 1024 ** 2],
    ['1.1Ki', 1127],
    ['65843120Ki', 65_843_120 * 1024],
    ['1k', 1000],
    ['100M', 100e6],
    ['2G', 2e9],
    ['3T', 3e12],
    ['4P', 4e15],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1.5e3', 1500],
    ['12e-1', 2],
    ['1e+9', 1e9],
    ['128974848000m', 128_974_848],
    ['1m', 1],
    ['1u', 1],
    ['1n', 1],
    ['0n', 0],
    ['60929654784', 60_929_654_784],
    ['1E', Number.MAX_SAFE_INTEGER],
    ['1Ei', Number.MAX_SAFE_INTEGER],
    ['1e400', Number.MAX_SAFE_INTEGER],
    ['1e-400', 1],
    ['-1e400', -Number.MAX_SAFE_INTEGER],
    ['0e400', 0],
  ])('%s is %d', (text, value) => {
    expect(readQuantity(text)).toBe(value);
  });
});

describe('a quantity of cpu', () => {
  it.each<[string, number]>([
    ['2', 2000],
    ['0.5', 500],
    ['0.1', 100],
    ['16.1', 16_100],
    ['250m', 250],
    ['7910m', 7910],
    ['1.5m', 2],
    ['100n', 1],
    ['1500u', 2],
    ['1e3m', Number.NaN],
    ['1k', 1_000_000],
    ['1Ki', 1_024_000],
  ])('%s is %d milli-cpu', (text, value) => {
    if (Number.isNaN(value)) expect(readCpuMilli(text)).toBeUndefined();
    else expect(readCpuMilli(text)).toBe(value);
  });
});

describe('what is no quantity', () => {
  it.each([
    '',
    ' ',
    '1 ',
    ' 1',
    '1 Gi',
    '2 GB',
    '2GB',
    'lots',
    '.',
    '-',
    '+',
    'Ki',
    '1.1.1',
    '1i',
    '1mi',
    '1ki',
    '1K',
    '1e',
    '1e1.5',
    '1Gi1',
    '0x10',
    '--1',
    '1,5',
    'NaN',
    'Infinity',
    '１',
  ])('"%s" is not read', (text) => {
    expect(readQuantity(text)).toBeUndefined();
    expect(readCpuMilli(text)).toBeUndefined();
  });

  it('is anything but text or a number', () => {
    for (const value of [undefined, null, {}, [], true]) expect(readQuantity(value)).toBeUndefined();
    expect(readQuantity(3)).toBe(3);
  });
});

describe('any quantity', () => {
  const decimals = fc.tuple(fc.bigInt(0n, 10n ** 12n), fc.integer({ min: 0, max: 12 }));
  const suffixes = {
    '': [0, 0],
    n: [-9, 0],
    u: [-6, 0],
    m: [-3, 0],
    k: [3, 0],
    Ki: [0, 10],
    Mi: [0, 20],
  } as const;

  it('is rounded up exactly, never by floating point', () => {
    fc.assert(
      fc.property(
        decimals,
        fc.constantFrom(...(Object.keys(suffixes) as (keyof typeof suffixes)[])),
        ([n, places], suffix) => {
          const digits = n.toString().padStart(places + 1, '0');
          const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
          const [ten, two] = suffixes[suffix];
          const above = n * 2n ** BigInt(two) * 10n ** BigInt(Math.max(0, ten + 3));
          const below = 10n ** BigInt(places + Math.max(0, -(ten + 3)));
          const expected = (above + below - 1n) / below;
          fc.pre(expected <= BigInt(Number.MAX_SAFE_INTEGER));
          expect(readCpuMilli(`${text}${suffix}`)).toBe(Number(expected));
        },
      ),
    );
  });

  it('is a whole number or nothing, whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789.+-eEKMGikmun'), maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (any) => {
        const value = readQuantity(any);
        expect(value === undefined || Number.isSafeInteger(value)).toBe(true);
      }),
    );
  });
});
