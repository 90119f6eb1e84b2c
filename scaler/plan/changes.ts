// What must be written so that a pool's Deployment is as decided: nothing, one server-side apply, or a take-over of what
// the original left. Values are compared, not text, and only what we send: an unchanged world writes nothing.
//
//   what differs                  goes out                                          why
//   ---------------------------------------------------------------------------------------
//   no Deployment                 at once                                           create
//   replicas                      at once                                           scale
//   size, up to 2 %               never for itself; an apply carries what is there  -
//   size, above 2 %               when no booking is active or may be, none runs    resize
//                                 or shall run, it is the tiny one of a start
//                                 without nodes, or it shall run on other nodes
//                                 (else it waits, as above)
//   anything else                 at once                                           template
//   any of them, changed by       like the above                                    put-back
//     someone since our write
//   what the platform makes of    never (differs from what we sent, equals what     -
//     it each time                the API server returned)
//
// In a stale view only a raise goes out, whatever the reason but a person's annotation: the real Deployment may differ from
// the one we see. One that is missing there is made for a booking alone, and nothing is taken over.
import type { DeploymentView } from '../cluster/snapshot.ts';
import type { Problem } from '../problem.ts';
import type { Decision } from './decide.ts';
import { type Difference, differences, pathText, valueAt } from './differences.ts';
import { isBehind, isEdit, isNewWish, isRewrite, type LastWrite, type Sight } from './last-write.ts';
import { makerOf } from './maker.ts';
import { isOfPlace, isOfSize, isTiny, isWorthARoll, SIZE_PATH } from './sizes.ts';

/** The Deployment that we want, as server-side apply sends it. */
export type PlaceholderManifest = {
  apiVersion: 'apps/v1';
  kind: 'Deployment';
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    ownerReferences: object[];
    annotations?: Record<string, string>;
  };
  spec: { replicas: number; [field: string]: unknown };
};

export const CHANGE_WHYS = ['create', 'scale', 'resize', 'template', 'put-back'] as const;
export type ChangeWhy = (typeof CHANGE_WHYS)[number];

export type Change =
  | {
      kind: 'apply';
      pool: string;
      manifest: PlaceholderManifest;
      why: ChangeWhy[];
      from?: number;
      to: number;
    }
  | { kind: 'take-over'; pool: string; manifest: PlaceholderManifest; uid: string; from: number; to: number };

export interface PlannedChange {
  change?: Change;
  /** A size change waits for the end of the booking. */
  resizeWaits?: { from: Record<string, string>; to: Record<string, string> };
  /** The Deployment belongs to someone else: never touched. */
  foreign?: string;
  /** A foreign Deployment, or values that the platform rewrites. */
  problems: Problem[];
}

export interface ChangeInput extends Sight {
  decision: Decision;
  watched?: DeploymentView;
  /** The manifest at today's size; its replicas are replaced by the decision's count. */
  wanted: PlaceholderManifest;
  /** Our last write to this pool that was accepted since the process started. */
  lastWrite?: LastWrite;
  bookingActive: boolean;
}

/** What must be written for one pool, or nothing. */
export function planChange(input: ChangeInput): PlannedChange {
  const { decision, wanted, lastWrite, isFresh } = input;
  const { pool, count } = decision;
  const maker = input.watched && makerOf(input.watched, wanted);
  if (input.watched && maker === 'someone else') return foreign(pool, input.watched);
  const behind = lastWrite !== undefined && isBehind(input.watched, lastWrite, input);
  const watched = behind ? undefined : input.watched;

  if (watched !== undefined) {
    if (count === undefined || watched.deleting) return { problems: [] };
    if (maker === 'original') {
      if (!isFresh) return { problems: [] };
      const manifest = withReplicas(wanted, count);
      const { uid, replicas } = watched;
      return { change: { kind: 'take-over', pool, manifest, uid, from: replicas, to: count }, problems: [] };
    }
  }
  if (count === undefined) return { problems: [] };
  if (watched === undefined && !behind) {
    if (!isFresh && !decision.booked?.count) return { problems: [] };
    const why: ChangeWhy[] = lastWrite === undefined ? ['create'] : ['create', 'put-back'];
    return {
      change: { kind: 'apply', pool, manifest: withReplicas(wanted, count), why, to: count },
      problems: [],
    };
  }
  const spec = watched?.spec ?? lastWrite?.returned ?? {};
  // Of another Deployment than the one we wrote to we cannot say what someone edited.
  const sameOne = behind || lastWrite?.uid === undefined || lastWrite.uid === watched?.uid;
  const last = sameOne ? lastWrite : undefined;
  return planApply(input, { spec, watched, last, count });
}

function planApply(
  { decision, wanted, bookingActive, isFresh }: ChangeInput,
  there: { spec: Record<string, unknown>; watched?: DeploymentView; last?: LastWrite; count: number },
): PlannedChange {
  const { spec, watched, last, count } = there;
  const from = typeof spec.replicas === 'number' ? spec.replicas : 0;
  const all = differences({ ...wanted.spec, replicas: count }, spec);
  const rewritten = all.filter((difference) => isRewrite(difference, last));
  const ours = all.filter((difference) => !rewritten.includes(difference));
  const size = ours.filter(isOfSize);
  const resize = size.some(isWorthARoll);
  // Where its nodes are others from now on, every placeholder rolls anyway, and to the size of those.
  const moves = ours.some(isOfPlace);
  const waits = resize && bookingActive && from > 0 && count > 0 && !isTiny(spec) && !moves;
  const keepSize = size.length > 0 && (waits || !resize);

  const why = new Set<ChangeWhy>();
  for (const difference of ours) {
    if (keepSize && isOfSize(difference)) continue;
    if (isNewWish(difference, last)) why.add(nameOf(difference));
    if (isEdit(difference, last)) why.add('put-back');
  }
  if (watched !== undefined && !bearsOurMetadata(watched, wanted)) why.add(last ? 'put-back' : 'template');

  const manifest = withReplicas(keepSize ? withSizeOf(wanted, spec) : wanted, count);
  const writes = why.size > 0 && (isFresh || decision.reason === 'manual' || count > from);
  const change: Change = { kind: 'apply', pool: decision.pool, manifest, why: inOrder(why), from, to: count };
  return {
    ...(writes && { change }),
    ...(waits && { resizeWaits: { from: requestsOf(spec), to: requestsOf(wanted.spec) } }),
    problems: rewritten.length > 0 ? [rewriteProblem(decision.pool, wanted, rewritten)] : [],
  };
}

function nameOf(difference: Difference): ChangeWhy {
  if (difference.path[0] === 'replicas') return 'scale';
  return isOfSize(difference) ? 'resize' : 'template';
}

function inOrder(why: ReadonlySet<ChangeWhy>): ChangeWhy[] {
  return CHANGE_WHYS.filter((word) => why.has(word));
}

/** Labels and owner; the API server fills in neither, and others may add theirs. */
function bearsOurMetadata({ labels, ownerUids }: DeploymentView, { metadata }: PlaceholderManifest): boolean {
  const owners = metadata.ownerReferences as { uid?: string }[];
  return (
    Object.entries(metadata.labels).every(([key, value]) => labels[key] === value) &&
    owners.every(({ uid }) => uid === undefined || ownerUids.includes(uid))
  );
}

function withReplicas(manifest: PlaceholderManifest, replicas: number): PlaceholderManifest {
  return { ...manifest, spec: { ...manifest.spec, replicas } };
}

/** The manifest with the placeholder's size as it is in `spec`. */
function withSizeOf(manifest: PlaceholderManifest, spec: Record<string, unknown>): PlaceholderManifest {
  const copy = structuredClone(manifest);
  const container = valueAt(copy.spec, SIZE_PATH.slice(0, -1)) as Record<string, unknown> | undefined;
  if (container !== undefined) container.resources = structuredClone(valueAt(spec, SIZE_PATH) ?? {});
  return copy;
}

function requestsOf(spec: Record<string, unknown>): Record<string, string> {
  return (valueAt(spec, [...SIZE_PATH, 'requests']) ?? {}) as Record<string, string>;
}

function foreign(pool: string, { name, labels, spec }: DeploymentView): PlannedChange {
  const text = `Deployment ${name} was made by someone else`;
  const problem: Problem = {
    code: 'foreign-deployment',
    source: 'write',
    severity: 'error',
    pool,
    where: `Deployment ${name}`,
    message:
      `expected none of that name, or one of ours, got one with labels ${JSON.stringify(labels)} and selector ` +
      `${JSON.stringify(spec.selector)}; it is not touched, and pool ${pool} is not served`,
    example: `kubectl delete deployment ${name}  (or give the pool another name)`,
  };
  return { foreign: text, problems: [problem] };
}

function rewriteProblem(pool: string, { metadata }: PlaceholderManifest, rewritten: Difference[]): Problem {
  const parts = rewritten.slice(0, 3).map(({ path, wanted, actual }) => {
    return `${pathText(path)} ${JSON.stringify(wanted) ?? 'unset'} becomes ${JSON.stringify(actual) ?? 'unset'}`;
  });
  const more = rewritten.length > parts.length ? ` and ${rewritten.length - parts.length} more` : '';
  return {
    code: 'rewritten',
    source: 'write',
    severity: 'warning',
    pool,
    where: `Deployment ${metadata.name}`,
    message: `expected the cluster to keep what was applied, but ${parts.join(', ')}${more}; it is left so`,
    example: `kubectl get deployment ${metadata.name} --show-managed-fields -o yaml`,
  };
}
