import type { Change } from '../plan/changes.ts';

export type WriteResult =
  | { ok: true; returned?: Record<string, unknown>; note?: string }
  | { ok: false; status?: number; message: string; retryAfterMs?: number };

/** The only door through which the scaler changes the cluster's placeholders. The dry run is another writer. */
export interface Writer {
  write(change: Change): Promise<WriteResult>;
}
