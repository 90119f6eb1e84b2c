// Programs that a cluster consists of: started with their output in a file, watched until they say that they are ready,
// ended by their process id. A list of the ids is kept in the cluster's folder, so that what a crash left running is
// ended by the next start, and nothing else ever is.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Program {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
}

export interface Running {
  name: string;
  pid: number;
  /** True until the process has ended. */
  alive(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL when that took longer than `withinMs`; resolves when it is gone. */
  stop(withinMs?: number): Promise<void>;
  /** Resolves when the process has ended, with its exit code or the signal. */
  ended: Promise<number | NodeJS.Signals>;
  /** What it printed so far, at most the last 100 kB. */
  output(): string;
}

/** Starts programs whose ids and output are kept in `folder`. */
export function processesIn(folder: string) {
  mkdirSync(folder, { recursive: true });
  endLeftovers(folder);
  let starts = 0;
  return {
    start(program: Program): Running {
      const log = join(folder, `${program.name}-${++starts}.log`);
      const fd = openSync(log, 'w');
      const child = spawn(program.command, program.args, {
        env: program.env ?? process.env,
        // A group of its own: Ctrl-C reaches us alone, and we end it in order.
        detached: true,
        stdio: ['ignore', fd, fd],
      });
      closeSync(fd);
      const { pid } = child;
      if (pid === undefined) throw new Error(`${program.name}: could not start ${program.command}`);
      const note = join(folder, `${pid}.pid`);
      writeFileSync(note, readCommand(pid) ?? '');
      return watch(child, { name: program.name, pid, log, note });
    },
  };
}

function watch(
  child: ChildProcess,
  { name, pid, log, note }: { name: string; pid: number; log: string; note: string },
): Running {
  let alive = true;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      alive = false;
      rmSync(note, { force: true });
      resolve(code ?? signal ?? 'SIGKILL');
    });
  });
  return {
    name,
    pid,
    ended,
    alive: () => alive,
    signal: (signal) => {
      if (alive) child.kill(signal);
    },
    async stop(withinMs = 5_000) {
      if (!alive) return;
      // A stopped (SIGSTOP) process takes no other signal.
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const gone = await Promise.race([ended.then(() => true), delay(withinMs, false, { ref: false })]);
      if (!gone) child.kill('SIGKILL');
      await ended;
    },
    output: () => readFileSync(log, 'utf8').slice(-100_000),
  };
}

/** Ends what an earlier run in this folder left behind, and only that: the command line must be the noted one. */
function endLeftovers(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pid'))) {
    const pid = Number.parseInt(file, 10);
    const noted = readFileSync(join(folder, file), 'utf8');
    if (noted !== '' && readCommand(pid) === noted) process.kill(pid, 'SIGKILL');
    rmSync(join(folder, file), { force: true });
  }
}

function readCommand(pid: number): string | undefined {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Waits until `look` returns something other than undefined. Asks every `everyMs`; after `withinMs` it fails with what
 * was awaited and what `look` last threw or `seen` last showed.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  {
    withinMs = 30_000,
    everyMs = 100,
    seen,
  }: { withinMs?: number; everyMs?: number; seen?: () => unknown } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown = 'nothing';
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      last = seen?.() ?? 'not yet';
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (performance.now() > deadline) {
      const shown = typeof last === 'string' ? last : JSON.stringify(last);
      throw new Error(`waited ${withinMs / 1000} s for ${what}; last seen: ${shown?.slice(0, 2_000)}`);
    }
    await delay(everyMs);
  }
}
