// Radicale, a calendar server in Python, in an environment of its own in the cache that the other programs are in.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = '3.9.0';

const folder = () =>
  join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'node-placeholder-scaler',
    'tools',
    `radicale-${VERSION}`,
  );
const done = () => join(folder(), 'installed');

/** The Python that has it: run with `-m radicale`. Throws with pip's own words. */
export function installRadicale(): string {
  const python = join(folder(), 'bin', 'python');
  if (existsSync(done())) return python;
  rmSync(folder(), { recursive: true, force: true });
  mkdirSync(folder(), { recursive: true });
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', folder()],
    [python, '-m', 'pip', 'install', '--quiet', `radicale==${VERSION}`],
  ] as [string, ...string[]][]) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0)
      throw new Error(`installing Radicale needs Python 3 with venv and failed: ${error ?? stderr}`);
  }
  writeFileSync(done(), '');
  return python;
}

/** As `toolForTest`: undefined when it is not there and the test is to be skipped. */
export function radicaleForTest(): string | undefined {
  if (process.env.CI === 'true') return installRadicale();
  return existsSync(done()) ? join(folder(), 'bin', 'python') : undefined;
}
