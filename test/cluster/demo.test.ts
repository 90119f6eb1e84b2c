// The demo on the real control plane: the same class with and without a booking, short, and how it ends.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onRealControlPlane } from '../../examples/demo/real/story.ts';
import { realWorld } from '../../examples/demo/real/world.ts';
import { summary } from '../../examples/demo/screen/summary.ts';
import { type DemoView, play } from '../../examples/demo/story/play.ts';
import { DATA8, type Story } from '../../examples/demo/story/story.ts';
import { systemClock } from '../../scaler/clock.ts';
import { canStart, clusterTitle } from './for-tests.ts';

const SECOND = 1_000;

/** Half the class, and short waits: over in about a minute. */
const SHORT: Story = {
  ...onRealControlPlane(DATA8),
  description: 'data8: 3',
  count: 3,
  students: 120,
  speed: 8,
  typedAtMs: 0,
  leadMs: 160 * SECOND,
  classAtMs: 260 * SECOND,
  loginsForMs: 90 * SECOND,
  eventEndsAtMs: 380 * SECOND,
  leaveAtMs: 520 * SECOND,
  leaveForMs: 5 * SECOND,
  endsAtMs: 620 * SECOND,
  bootMs: 75 * SECOND,
  readyMs: 3 * SECOND,
  pullMs: 10 * SECOND,
  unneededMs: 32 * SECOND,
  graceMs: 20 * SECOND,
};
const BOOT_MS = SHORT.bootMs + SHORT.readyMs + SHORT.pullMs;

describe.skipIf(!canStart)(clusterTitle('the demo on a real control plane'), () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('lets the booked class start at once, while most of the others wait for nodes', {
    timeout: 240_000,
  }, async () => {
    const frames: DemoView[] = [];
    const outcomes = await play({
      story: SHORT,
      clock: systemClock(),
      startWorld: realWorld,
      signal: AbortSignal.timeout(220_000),
      show: { frame: (view) => frames.push(view), end: (view) => frames.push(view), close() {} },
    });
    console.log(summary(outcomes, SHORT).join('\n'));
    expect(outcomes.with).toMatchObject({ logins: 120, never: 0 });
    expect(outcomes.without).toMatchObject({ logins: 120, never: 0 });
    // No exact counts of "within 15 s": a busy machine may be late by that much. No boot is that short.
    expect(outcomes.with.longestWaitMs).toBeLessThan(BOOT_MS);
    expect(outcomes.without.longestWaitMs).toBeGreaterThan(BOOT_MS);
    expect(outcomes.with.atOnce).toBeGreaterThan(outcomes.without.atOnce);
    expect(outcomes.with.nodeMinutes).toBeGreaterThan(outcomes.without.nodeMinutes);

    const beforeClass = frames.findLast(({ elapsedMs }) => elapsedMs < SHORT.classAtMs)?.sides ?? [];
    expect(beforeClass[0]?.decision?.sentence).toContain("event 'Data 8 lecture' books 3");
    // One node has room, so two are kept warm beside it.
    expect(
      beforeClass[0]?.nodes.filter(({ placeholder, state }) => placeholder && state === 'up'),
    ).toHaveLength(2);
    expect(beforeClass[1]?.nodes).toHaveLength(1);
    const last = frames.at(-1)?.sides;
    expect(last?.map(({ decision }) => decision?.count)).toEqual([0, 0]);
    expect(
      last?.map(({ nodes }) => nodes.filter(({ users, placeholder }) => users > 0 || placeholder)),
    ).toEqual([[], []]);
  });

  test('ends everything on Ctrl-C', { timeout: 90_000 }, async () => {
    const main = new URL('../../examples/demo/main.ts', import.meta.url).pathname;
    const env = { ...process.env, TMPDIR: folder, NO_COLOR: '1' };
    const words = [main, '--plain', '--cluster', 'real'];
    const demo = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => demo.once('exit', (code) => resolve(code)));
    await new Promise<void>((resolve) => demo.stdout.once('data', () => resolve()));
    demo.kill('SIGINT');
    expect(await ended).toBe(130);
    const clusters = join(folder, 'node-placeholder-scaler-clusters');
    expect(await readdir(clusters).catch(() => [])).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.startsWith('placeholder-demo'))).toEqual([]);
  });
});
