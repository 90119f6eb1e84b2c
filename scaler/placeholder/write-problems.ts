// What went wrong with a write, as problems for people: the API server refused it, or someone keeps undoing it.
import type { Change } from '../plan/changes.ts';
import type { Problem } from '../problem.ts';
import type { WriteResult } from './writer.ts';

export function refused(pool: string, result: Extract<WriteResult, { ok: false }>): Problem {
  return {
    code: 'write-failed',
    source: 'write',
    severity: 'error',
    pool,
    where: `Deployment of pool ${pool}`,
    message: `expected the API server to take the change, got ${result.message}`,
  };
}

/** What we want to write cannot even be made: the values hold something that nobody expected there. */
export function unmade(pool: string, error: unknown): Problem {
  return {
    code: 'write-failed',
    source: 'write',
    severity: 'error',
    pool,
    where: `Deployment of pool ${pool}`,
    message:
      `expected values from which its placeholders can be made, got ${error instanceof Error ? error.message : error}; ` +
      'the pool is left as it is',
  };
}

export function contested(pool: string, change: Change): Problem {
  return {
    code: 'write-contested',
    source: 'write',
    severity: 'warning',
    pool,
    where: `Deployment ${change.manifest.metadata.name}`,
    message:
      'expected what was written to stay, but something else in the cluster (a webhook, a controller, a person) keeps ' +
      'changing it back; it is written less and less often',
    example: `kubectl get deployment ${change.manifest.metadata.name} --show-managed-fields -o yaml`,
  };
}
