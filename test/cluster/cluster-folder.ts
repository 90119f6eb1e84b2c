// Where a cluster keeps its data, logs and process ids: a folder of its own below the temporary folder, named after the
// process that started it. What a crash left there, programs and data, is cleared away by the next start of any cluster.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesIn } from './processes.ts';

const ROOT = join(tmpdir(), 'node-placeholder-scaler-clusters');

/** A new empty folder; ends and removes first what processes that are gone left behind. */
export function newClusterFolder(): string {
  mkdirSync(ROOT, { recursive: true });
  for (const name of readdirSync(ROOT)) {
    if (isAlive(Number.parseInt(name, 10))) continue;
    const folder = join(ROOT, name);
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (path.endsWith('processes')) processesIn(join(folder, path));
    }
    rmSync(folder, { recursive: true, force: true });
  }
  return mkdtempSync(join(ROOT, `${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
