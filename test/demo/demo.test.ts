// The demo from end to end, with the real scaler as child processes, and as a user starts and stops it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoView, play } from '../../examples/demo/story/play.ts';
import { DATA8, type Story } from '../../examples/demo/story/story.ts';
import { systemClock } from '../../scaler/clock.ts';

const SECOND = 1_000;

/** The same class with short waits, so that it is over in half a minute of real time. */
const SHORT: Story = {
  ...DATA8,
  speed: 20,
  typedAtMs: 0,
  leadMs: 130 * SECOND,
  classAtMs: 260 * SECOND,
  loginsForMs: 60 * SECOND,
  eventEndsAtMs: 330 * SECOND,
  leaveAtMs: 420 * SECOND,
  leaveForMs: 5 * SECOND,
  endsAtMs: 480 * SECOND,
  scanMs: 5 * SECOND,
  bootMs: 60 * SECOND,
  readyMs: 5 * SECOND,
  pullMs: 10 * SECOND,
  unneededMs: 30 * SECOND,
  graceMs: 20 * SECOND,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Command lines of processes that name this test's folder. */
async function leftProcesses(): Promise<string[]> {
  const ids = existsSync('/proc') ? (await readdir('/proc')).filter((id) => /^\d+$/.test(id)) : [];
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(folder));
}

describe('the demo', () => {
  it('lets all students of the booked class start at once, while most of the others wait for nodes', async () => {
    const frames: DemoView[] = [];
    const outcomes = await play({
      story: SHORT,
      clock: systemClock(),
      signal: new AbortController().signal,
      show: { frame: (view) => frames.push(view), end: (view) => frames.push(view), close() {} },
    });
    expect(outcomes.with).toMatchObject({ logins: 250, never: 0 });
    expect(outcomes.without).toMatchObject({ logins: 250, never: 0 });
    // Not the exact counts of "within 15 s": a busy machine may be late by that much. No boot is that short.
    expect(outcomes.with.longestWaitMs).toBeLessThan(SHORT.bootMs);
    expect(outcomes.with.atOnce).toBeGreaterThan(200);
    expect(outcomes.without.atOnce).toBeLessThan(60);
    expect(outcomes.without.longestWaitMs).toBeGreaterThan(SHORT.bootMs);
    expect(outcomes.with.nodeMinutes).toBeGreaterThan(outcomes.without.nodeMinutes);

    const sideAt = (elapsedMs: number, index: number) =>
      frames.findLast((f) => f.elapsedMs <= elapsedMs)?.sides[index];
    const beforeClass = sideAt(SHORT.classAtMs - SECOND, 0);
    expect(beforeClass?.decision?.sentence).toContain("event 'Data 8 lecture' books 6");
    expect(beforeClass?.nodes.filter(({ placeholder, state }) => placeholder && state === 'up')).toHaveLength(
      5,
    );
    expect(sideAt(SHORT.classAtMs - SECOND, 1)?.nodes).toHaveLength(1);
    expect(frames.at(-1)?.sides.map(({ nodes }) => nodes.length)).toEqual([1, 1]);
    expect(frames.at(-1)?.sides[0]?.decision).toMatchObject({ count: 0 });
  }, 90_000);

  it('ends on Ctrl-C, and leaves no process and no file behind', async () => {
    const main = new URL('../../examples/demo/main.ts', import.meta.url).pathname;
    const env = { ...process.env, TMPDIR: folder, NO_COLOR: '1' };
    const demo = spawn(process.execPath, [main, '--plain'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => demo.once('exit', (code) => resolve(code)));
    await new Promise<void>((resolve) => demo.stdout.once('data', () => resolve()));
    if (existsSync('/proc')) expect(await leftProcesses()).toHaveLength(2);
    demo.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await leftProcesses()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  }, 60_000);

  it('ends with a reason when a scaler dies', async () => {
    const clock = systemClock();
    const playing = play({
      story: SHORT,
      clock,
      signal: new AbortController().signal,
      onStarted: (emergency) => clock.after(3_000, emergency),
      show: { frame() {}, end() {}, close() {} },
    });
    await expect(playing).rejects.toThrow(/^the scaler \(pid \d+\) ended by SIGKILL/);
  }, 60_000);
});
