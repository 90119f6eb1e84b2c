// What came of it: how many logins landed at once, how long the others waited, and what the nodes cost. Waits and
// node-minutes are in class time.
import type { Login } from './attendance.ts';
import { AT_ONCE_MS } from './story.ts';

export interface Outcome {
  logins: number;
  /** Running within AT_ONCE_MS. */
  atOnce: number;
  /** Not running yet (at the end: never ran), and of those the ones that only just logged in. */
  never: number;
  starting: number;
  medianWaitMs: number;
  longestWaitMs: number;
  nodeMinutes: number;
  mostNodes: number;
}

/** Who still waits counts with the wait so far. */
export function reckon(
  logins: readonly Login[],
  { nowMs, speed }: { nowMs: number; speed: number },
): Omit<Outcome, 'nodeMinutes' | 'mostNodes'> {
  const waits = logins.map(({ atMs, runningMs = nowMs }) => (runningMs - atMs) * speed).sort((a, b) => a - b);
  const pending = logins.filter(({ runningMs }) => runningMs === undefined);
  return {
    logins: logins.length,
    atOnce: logins.filter(
      ({ atMs, runningMs }) => runningMs !== undefined && (runningMs - atMs) * speed <= AT_ONCE_MS,
    ).length,
    never: pending.length,
    starting: pending.filter(({ atMs }) => (nowMs - atMs) * speed <= AT_ONCE_MS).length,
    medianWaitMs: waits[Math.floor((waits.length - 1) / 2)] ?? 0,
    longestWaitMs: waits.at(-1) ?? 0,
  };
}

export interface NodeMeter {
  /** Machines that are paid for now, booting ones included. */
  count(machines: number, nowMs: number): void;
  nodeMinutes(): number;
  mostNodes(): number;
}

/** Adds up machines over time; `speed` turns real milliseconds into class time. */
export function nodeMeter(speed: number): NodeMeter {
  let last: { machines: number; atMs: number } | undefined;
  let sumMs = 0;
  let most = 0;
  return {
    count(machines, nowMs) {
      if (last) sumMs += last.machines * (nowMs - last.atMs) * speed;
      last = { machines, atMs: nowMs };
      most = Math.max(most, machines);
    },
    nodeMinutes: () => sumMs / 60_000,
    mostNodes: () => most,
  };
}
