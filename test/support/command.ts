// The command line as a user calls it: as a process, in a pipe or on a terminal of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const MAIN = join(ROOT, 'scaler', 'main.ts');

export interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Colours only where a test asks for them, and as many as a person's terminal has: Node gives fewer where CI is set. */
function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _force, NO_COLOR: _no, CI: _ci, ...env } = process.env;
  return { ...env, ...more };
}

export function runCommand(args: string[], { cwd = ROOT, env }: CommandOptions = {}): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: environment(env),
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** Like `runCommand`, but lets this process serve meanwhile. */
export async function runBeside(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { cwd = ROOT, env } = options;
  return ended(spawn(process.execPath, [MAIN, ...args], { cwd, env: environment(env) }));
}

/** util-linux's `script` makes a terminal; every Debian has it (bsdutils), other systems have another of that name. */
export const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script');

export interface TerminalOptions extends CommandOptions {
  columns?: number;
  /** Called with all that the terminal has shown so far. */
  onShown?(text: string): void;
}

/** On a terminal: what it showed of stdout and stderr, escape sequences and all. */
export async function runOnTerminal(
  args: string[],
  { cwd = ROOT, env, columns = 100, onShown }: TerminalOptions = {},
): Promise<CommandResult> {
  const quoted = [process.execPath, MAIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const command = `stty columns ${columns} rows 40; ${quoted.join(' ')}`;
  const child = spawn('/usr/bin/script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: environment({ TERM: 'xterm-256color', ...env }),
  });
  return ended(child, onShown);
}

async function ended(child: ChildProcess, onShown?: (text: string) => void): Promise<CommandResult> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
    onShown?.(stdout);
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin?.end();
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}
