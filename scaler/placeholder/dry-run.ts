// The writer of a dry run: says what would be written, once per difference, and writes nothing.
import type { Logger } from '../log.ts';
import type { Change } from '../plan/changes.ts';
import type { Writer } from './writer.ts';

/** The note of a write that was not sent. */
export const DRY_RUN = 'dry run';

export function dryRunWriter(log: Pick<Logger, 'info'>): Writer {
  const said = new Map<string, string>();
  return {
    async write(change) {
      const line = JSON.stringify([change.kind, why(change), change.from, change.to, change.manifest.spec]);
      if (said.get(change.pool) !== line) {
        said.set(change.pool, line);
        const { pool, from, to, manifest } = change;
        log.info(
          { pool, deployment: manifest.metadata.name, why: why(change), from, to },
          'dry run: would write',
        );
      }
      return { ok: true, note: DRY_RUN };
    },
  };
}

function why(change: Change): string[] {
  return change.kind === 'apply' ? change.why : ['take-over'];
}
