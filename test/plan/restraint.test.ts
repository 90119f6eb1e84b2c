import { describe, expect, it } from 'vitest';
import { afterWrite, isContested, type WriteMemory, waitBeforeWrite } from '../../scaler/plan/restraint.ts';

const fail = (memory: WriteMemory | undefined, atMs: number, retryAfterMs?: number) =>
  afterWrite(memory, { what: 'a', atMs, ok: false, ...(retryAfterMs !== undefined && { retryAfterMs }) });
const succeed = (memory: WriteMemory | undefined, atMs: number, what = 'a') =>
  afterWrite(memory, { what, atMs, ok: true });

describe('a write that failed', () => {
  it('is tried again after 2 s, then 4, 8 ... at most 60', () => {
    let memory: WriteMemory | undefined;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      memory = fail(memory, 0);
      waits.push(waitBeforeWrite(memory, 'a', 0));
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('does not hold up a write that says something new', () => {
    expect(waitBeforeWrite(fail(fail(undefined, 0), 0), 'b', 0)).toBe(0);
  });

  it('waits as long as the server asks, whatever is to be written', () => {
    const memory = fail(undefined, 1_000, 30_000);
    expect(waitBeforeWrite(memory, 'a', 1_000)).toBe(30_000);
    expect(waitBeforeWrite(memory, 'b', 1_000)).toBe(30_000);
    expect(waitBeforeWrite(memory, 'b', 31_000)).toBe(0);
  });

  it('waits two minutes at most, however long the server asks', () => {
    const memory = fail(undefined, 1_000, 86_400_000);
    expect(waitBeforeWrite(memory, 'b', 1_000)).toBe(120_000);
  });

  it('starts counting anew after a success', () => {
    const memory = fail(succeed(fail(fail(undefined, 0), 0), 0), 0);
    expect(waitBeforeWrite(memory, 'a', 0)).toBe(2_000);
  });
});

describe('a write that keeps being undone', () => {
  it('is repeated twice at once, then with growing pauses, and is called contested', () => {
    let memory: WriteMemory | undefined;
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 9; i++) {
      memory = succeed(memory, now);
      const wait = waitBeforeWrite(memory, 'a', now);
      waits.push(wait / 1000);
      now += wait + 1;
    }
    expect(waits).toEqual([0, 0, 30, 60, 120, 240, 480, 600, 600]);
    expect(isContested(memory)).toBe(true);
  });

  it('is an ordinary write again when nobody undid it for ten minutes, or when something else is written', () => {
    const twice = succeed(succeed(undefined, 0), 0);
    expect(isContested(succeed(twice, 600_000))).toBe(false);
    expect(isContested(succeed(twice, 599_999))).toBe(true);
    expect(isContested(succeed(succeed(twice, 1, 'b'), 2, 'a'))).toBe(false);
  });
});
