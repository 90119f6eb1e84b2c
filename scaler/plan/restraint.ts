// How soon a write may be tried again: after a failure it waits longer each time, as long as the server asks for, and
// the same successful write that keeps being undone (a webhook, another controller) backs off instead of fighting.
// A write that says something new goes out at once, unless the server itself asked to be left alone. All times are of the
// monotonic clock: a wall clock that is set back must not stretch a wait.
import { LONGEST_ASKED_MS } from '../cluster/backoff.ts';

/** What is remembered of the writes of one pool; undefined before the first. */
export interface WriteMemory {
  /** The last thing written, as text; equal text is the same write. */
  what: string;
  /** Monotonic. */
  atMs: number;
  /** Failures in a row. */
  failures: number;
  /** Times in a row that exactly this was written with success. */
  repeats: number;
  /** The server asked not to be asked before this (monotonic). */
  serverSaysMs?: number;
}

/** Written this often in a row, the same thing is being undone by someone. */
export const CONTESTED_AFTER = 3;
const FORGET_AFTER_MS = 10 * 60_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;
const CONTESTED_RETRY_MS = 30_000;
const CONTESTED_LONGEST_MS = 10 * 60_000;

/** Milliseconds to wait before `what` may be written; 0: now. `nowMs` is monotonic. */
export function waitBeforeWrite(memory: WriteMemory | undefined, what: string, nowMs: number): number {
  if (memory === undefined) return 0;
  const server = Math.max(0, (memory.serverSaysMs ?? 0) - nowMs);
  if (memory.what !== what) return server;
  return Math.max(server, memory.atMs + ownDelay(memory) - nowMs, 0);
}

function ownDelay({ failures, repeats }: WriteMemory): number {
  if (failures > 0) return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);
  if (repeats < CONTESTED_AFTER) return 0;
  return Math.min(CONTESTED_RETRY_MS * 2 ** (repeats - CONTESTED_AFTER), CONTESTED_LONGEST_MS);
}

/** Somebody keeps undoing what we write. */
export function isContested(memory: WriteMemory | undefined): boolean {
  return memory !== undefined && memory.repeats >= CONTESTED_AFTER;
}

export function afterWrite(
  memory: WriteMemory | undefined,
  written: { what: string; atMs: number; ok: boolean; retryAfterMs?: number },
): WriteMemory {
  const { what, atMs, ok, retryAfterMs } = written;
  const again = memory?.what === what && atMs - memory.atMs < FORGET_AFTER_MS + ownDelay(memory);
  return {
    what,
    atMs,
    failures: ok ? 0 : (memory?.failures ?? 0) + 1,
    repeats: ok ? (again ? memory.repeats : 0) + 1 : again ? memory.repeats : 0,
    ...(retryAfterMs !== undefined && { serverSaysMs: atMs + Math.min(retryAfterMs, LONGEST_ASKED_MS) }),
  };
}
