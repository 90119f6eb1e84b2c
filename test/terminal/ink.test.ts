import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inkFor, type Painted, poolMeanings, SHADES } from '../../scaler/terminal/ink.ts';

const stream = (more: Painted) => Object.assign(new PassThrough(), more);
const terminal = (depth: number) => stream({ isTTY: true, getColorDepth: () => depth });

const kept = new Map<string, string | undefined>();
beforeEach(() => {
  for (const name of ['FORCE_COLOR', 'NO_COLOR']) {
    kept.set(name, process.env[name]);
    delete process.env[name];
  }
});
afterEach(() => {
  for (const [name, value] of kept) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

describe('ink', () => {
  it('paints with shades on a terminal that has them, with its own colours on one that has sixteen', () => {
    expect(inkFor(terminal(8))('error', 'x')).toBe('\u001b[38;5;196mx\u001b[39m');
    expect(inkFor(terminal(24))('pool0', 'x')).toBe('\u001b[38;5;31mx\u001b[39m');
    expect(inkFor(terminal(4))('error', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(inkFor(terminal(4))('strong', 'x')).toBe('\u001b[1mx\u001b[22m');
  });

  it('paints nothing where there is nothing, in a pipe, or on a terminal without colours', () => {
    expect(inkFor(terminal(8))('error', '')).toBe('');
    expect(inkFor(stream({}))('error', 'x')).toBe('x');
    expect(inkFor(terminal(1))('error', 'x')).toBe('x');
  });

  it('paints in a pipe when FORCE_COLOR asks for it', () => {
    process.env.FORCE_COLOR = '1';
    expect(inkFor(stream({}))('error', 'x')).toBe('\u001b[31mx\u001b[39m');
    process.env.FORCE_COLOR = '0';
    expect(inkFor(stream({}))('error', 'x')).toBe('x');
  });

  it('gives pools side by side different colours, however many there are', () => {
    const pools = Array.from({ length: 9 }, (_, index) => ({ name: `pool-${index}` }));
    const meanings = [...poolMeanings(pools).values()];
    expect(meanings).toHaveLength(9);
    for (const [index, meaning] of meanings.slice(1).entries()) expect(meaning).not.toBe(meanings[index]);
  });

  it.each(Object.entries(SHADES))('can be read as %s on white and on black', (_, [shade]) => {
    const light = luminance(shade);
    expect(1.05 / (light + 0.05)).toBeGreaterThanOrEqual(3.99);
    expect((light + 0.05) / 0.05).toBeGreaterThanOrEqual(3.99);
  });
});

/** WCAG's relative luminance of a colour from the cube of xterm's 256. */
function luminance(shade: number): number {
  const index = shade - 16;
  const levels = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6];
  const [red = 0, green = 0, blue = 0] = levels.map((level) => {
    const part = (level === 0 ? 0 : 55 + 40 * level) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
