// The only door through which the scaler changes the cluster's placeholders: server-side apply of one Deployment, and
// the delete of a take-over. What is refused comes back as a value, with the API server's own words; the pass that
// asked shows it and the next pass tries again. The dry run is another writer (dry-run.ts).
import { type AppsV1Api, PatchStrategy, setHeaderOptions, type V1Deployment } from '@kubernetes/client-node';
import type { Clock } from '../clock.ts';
import { isLasting, type Refusal, readRefusal } from '../cluster/refusal.ts';
import type { Change, PlaceholderManifest } from '../plan/changes.ts';
import { FIELD_MANAGER } from './labels.ts';
import type { Owners } from './owners.ts';
import type { TakeOvers } from './take-over.ts';

export type WriteResult =
  | {
      ok: true;
      /** The spec as the API server returned it (defaults and webhooks applied). */
      returned?: Record<string, unknown>;
      /** The Deployment's uid and generation as of this write. */
      uid?: string;
      generation?: number;
      note?: string;
    }
  | { ok: false; status?: number; message: string; retryAfterMs?: number };

export interface Writer {
  /** Never throws for what the world breaks. At most about 3 s besides the time of its requests. */
  write(change: Change): Promise<WriteResult>;
}

export interface WriterOptions {
  apps: Pick<AppsV1Api, 'patchNamespacedDeployment' | 'deleteNamespacedDeployment'>;
  owners: Owners;
  takeOvers: TakeOvers;
  clock: Clock;
  /** Asked before every request: a replica that no longer leads must not write. */
  mayWrite(): boolean;
  /** More than the pool's `maxReplicas` is not taken over: the admission policy would refuse it for ever. */
  maxReplicas(pool: string): number;
}

/** How long one write waits for a deleted Deployment to be gone; the next pass goes on where it stopped. */
const WAIT_MS = 3_000;
const WAIT_STEP_MS = 250;

export function openWriter(options: WriterOptions): Writer {
  const { apps, owners, takeOvers, clock, mayWrite, maxReplicas } = options;

  return {
    async write(change) {
      if (!mayWrite()) return notLeading(change.pool);
      if (change.kind === 'take-over') return takeOver(change);
      const isOwnerInDoubt = change.why.includes('create') || change.why.includes('put-back');
      const { manifest, failed } = isOwnerInDoubt
        ? await freshlyOwned(change.pool, change.manifest)
        : { manifest: change.manifest };
      if (failed !== undefined) return failed;
      if (!mayWrite()) return notLeading(change.pool);
      const answer = await apply(manifest);
      return 'made' in answer ? success(answer.made) : failure(answer.refusal);
    },
  };

  async function apply(
    manifest: PlaceholderManifest,
  ): Promise<{ made: V1Deployment } | { refusal: Refusal }> {
    const { name, namespace } = manifest.metadata;
    try {
      const made = await apps.patchNamespacedDeployment(
        { name, namespace, body: manifest, fieldManager: FIELD_MANAGER, force: true },
        setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
      );
      return { made };
    } catch (error) {
      return { refusal: readRefusal(`PATCH deployments/${name} in ${namespace}`, error, clock.now()) };
    }
  }

  /** A Deployment that is given an old owner's uid is collected at once: ask who the owner is today. */
  async function freshlyOwned(
    pool: string,
    manifest: PlaceholderManifest,
  ): Promise<{ manifest: PlaceholderManifest; failed?: WriteResult }> {
    const { owner, problem } = await owners.findAgain(pool);
    if (problem !== undefined) {
      return { manifest, failed: failure({ message: `pool ${pool}: ${problem.where}: ${problem.message}` }) };
    }
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner }];
    return { manifest: { ...manifest, metadata: { ...manifest.metadata, ownerReferences } } };
  }

  async function takeOver(change: Extract<Change, { kind: 'take-over' }>): Promise<WriteResult> {
    const { pool } = change;
    const owned = await freshlyOwned(pool, change.manifest);
    if (owned.failed !== undefined) return owned.failed;
    const begun = takeOvers.remembered(pool) !== undefined;
    const replicas = takeOvers.remembered(pool) ?? Math.min(change.from, maxReplicas(pool));
    if (!(await takeOvers.begin(pool, replicas))) {
      return failure({
        message: `pool ${pool}: its ${replicas} placeholders could not be noted down before the take-over`,
      });
    }
    if (!mayWrite()) return notLeading(pool);
    const left = change.uid === '' ? undefined : await remove(owned.manifest, change.uid);
    if (left !== undefined) {
      // Nothing was deleted, now or before: the count may be another one by the time the right is granted.
      if (!begun && isLasting(left)) await takeOvers.finish(pool);
      return failure(left);
    }
    const manifest = { ...owned.manifest, spec: { ...owned.manifest.spec, replicas } };
    const giveUpAt = clock.monotonic() + WAIT_MS;
    for (;;) {
      if (!mayWrite()) return notLeading(pool);
      const answer = await apply(manifest);
      if ('made' in answer) {
        await takeOvers.finish(pool);
        return {
          ...success(answer.made),
          note: `taken over from the original with ${replicas} placeholders`,
        };
      }
      if (!nameIsTaken(answer.refusal)) return failure(answer.refusal);
      if (clock.monotonic() + WAIT_STEP_MS > giveUpAt) {
        const message = `the Deployment of the original is not gone yet: ${answer.refusal.message}`;
        return failure({ ...answer.refusal, message, retryAfterMs: 1_000 });
      }
      await new Promise<void>((resolve) => clock.after(WAIT_STEP_MS, resolve));
    }
  }

  /** Undefined when it is gone or going. The uid guards against deleting what someone else made meanwhile. */
  async function remove(
    { metadata: { name, namespace } }: PlaceholderManifest,
    uid: string,
  ): Promise<Refusal | undefined> {
    try {
      const body = { propagationPolicy: 'Foreground', preconditions: { uid } };
      await apps.deleteNamespacedDeployment({ name, namespace, body });
      return undefined;
    } catch (error) {
      const refusal = readRefusal(`DELETE deployments/${name} in ${namespace}`, error, clock.now());
      return refusal.status === 404 ? undefined : refusal;
    }
  }
}

/** The old Deployment is still there: another selector (immutable) or a conflict with its going. */
function nameIsTaken({ status, immutableField }: Refusal): boolean {
  return status === 409 || (status === 422 && immutableField === 'spec.selector');
}

function success({ metadata, spec }: V1Deployment): Extract<WriteResult, { ok: true }> {
  // The typed answer carries absent fields as undefined; the watched object does not have them.
  const returned = JSON.parse(JSON.stringify(spec ?? {})) as Record<string, unknown>;
  const { uid, generation } = metadata ?? {};
  return {
    ok: true,
    returned,
    ...(uid !== undefined && { uid }),
    ...(generation !== undefined && { generation }),
  };
}

function failure({ status, message, retryAfterMs }: Refusal): WriteResult {
  return {
    ok: false,
    message,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function notLeading(pool: string): WriteResult {
  return { ok: false, message: `pool ${pool}: not written, this replica no longer leads` };
}
