// Which of two replicas writes. The rules are client-go's, with a Lease that is only ever read and replaced:
//
//   - a Lease held by another may be taken when it has not changed for its whole duration, by our own clock since we
//     first saw it like this (never by the times written in it: clocks differ);
//   - it is replaced with the resourceVersion and uid that were read, so of two only one succeeds (an apply with force
//     lets both); refused as stale (409, 422) means: not the leader;
//   - who has not renewed within the renew deadline no longer leads, whatever it believes: `isLeader` compares clocks at
//     the moment it is asked, so a process that was frozen wakes up as a follower. What it had sent before cannot be
//     called back; that is why writes are repeatable.
import { type CoordinationV1Api, type V1Lease, V1MicroTime } from '@kubernetes/client-node';
import type { Clock, Timer } from '../clock.ts';
import { readRefusal } from '../cluster/refusal.ts';
import { within } from '../within.ts';

export interface Leadership {
  /** Cheap; ask before every write. */
  isLeader(): boolean;
  /** Who holds the lease as far as is known; for logs and the page. */
  holder(): string | undefined;
  /** The call that fails now, as the API server said it. */
  failing(): string | undefined;
  /** Begins; `onChange` is called when this replica begins or ceases to lead. */
  start(onChange: (leads: boolean) => void): void;
  /** Ceases to lead, then gives the lease back so that the other need not wait for it to run out; at most two seconds. */
  stop(): Promise<void>;
}

export interface LeaseOptions {
  coordination: Pick<CoordinationV1Api, 'readNamespacedLease' | 'replaceNamespacedLease'>;
  namespace: string;
  name: string;
  /** Unique among all that run: the pod's name. The same name after a restart of the container goes on at once. */
  identity: string;
  clock: Clock;
  /** For how long others wait since the last renewal; renewing is given up earlier, at the deadline. */
  durationMs?: number;
  renewDeadlineMs?: number;
  retryMs?: number;
}

/** With a single replica: always leads. */
export function noLease(identity: string): Leadership {
  return {
    isLeader: () => true,
    holder: () => identity,
    failing: () => undefined,
    start: (onChange) => onChange(true),
    stop: async () => {},
  };
}

const RELEASE_WITHIN_MS = 2_000;

/** How often one that does not lead looks: a lease that was given back is taken within two seconds. */
const STANDBY_MS = 1_000;

export function openLease(options: LeaseOptions): Leadership {
  const { coordination, namespace, name, identity, clock } = options;
  const { durationMs = 30_000, renewDeadlineMs = 20_000, retryMs = 5_000 } = options;
  /** When the renewal that succeeded last was sent, by both clocks: a suspended machine stops the one, not the other. */
  let renewed: { monotonic: number; wall: number } | undefined;
  /** The lease as it was last seen, and since when it has looked like that. */
  let seen: { lease: V1Lease; sinceMs: number } | undefined;
  let failing: string | undefined;
  let told = false;
  let tell: (leads: boolean) => void = () => {};
  let stopped = false;
  let timer: Timer | undefined;
  let deadline: Timer | undefined;
  let round: Promise<void> = Promise.resolve();

  const isLeader = () =>
    renewed !== undefined &&
    clock.monotonic() - renewed.monotonic < renewDeadlineMs &&
    clock.now() - renewed.wall < renewDeadlineMs;

  function tellChange(): void {
    const leads = isLeader();
    if (leads === told) return;
    told = leads;
    tell(leads);
  }

  function see(lease: V1Lease): void {
    const { resourceVersion, uid } = lease.metadata ?? {};
    const before = seen?.lease.metadata;
    if (before?.resourceVersion !== resourceVersion || before?.uid !== uid) {
      seen = { lease, sinceMs: clock.monotonic() };
    }
  }

  function isFree({ lease, sinceMs }: { lease: V1Lease; sinceMs: number }): boolean {
    const { holderIdentity, leaseDurationSeconds } = lease.spec ?? {};
    if (!holderIdentity || holderIdentity === identity) return true;
    const lasts = leaseDurationSeconds === undefined ? durationMs : leaseDurationSeconds * 1000;
    return clock.monotonic() - sinceMs >= lasts;
  }

  async function tryOnce(): Promise<void> {
    let call = `GET leases/${name}`;
    try {
      const lease = await read();
      if (lease === undefined) seen = undefined;
      else see(lease);
      failing = undefined;
      if (stopped) return;
      if (seen !== undefined && !isFree(seen)) {
        renewed = undefined;
        return;
      }
      call = `PUT leases/${name}`;
      const sent = { monotonic: clock.monotonic(), wall: clock.now() };
      const held = await write(seen?.lease, identity, durationMs);
      see(held);
      if (!stopped) renewed = sent;
    } catch (error) {
      const refusal = readRefusal(call, error, clock.now());
      const lost = call.startsWith('PUT') && (refusal.status === 409 || refusal.status === 422);
      if (lost) renewed = undefined;
      // Another was faster: 409, or 422 when both wanted to make it.
      const beaten = refusal.status === 409 || (lost && seen === undefined);
      if (!beaten) failing = refusal.message;
    }
  }

  async function read(): Promise<V1Lease | undefined> {
    try {
      return await coordination.readNamespacedLease({ name, namespace });
    } catch (error) {
      if (readRefusal('GET', error, clock.now()).status === 404) return undefined;
      throw error;
    }
  }

  /** Without a resourceVersion the PUT makes the Lease; if another made it meanwhile it is refused. */
  function write(old: V1Lease | undefined, holder: string, lastsMs: number): Promise<V1Lease> {
    const now = new V1MicroTime(clock.now());
    const before = old?.spec;
    const stays = before?.holderIdentity === holder;
    // With its resourceVersion and uid, and with the labels of whoever made it.
    const { managedFields: _, ...metadata } = old?.metadata ?? {};
    const body: V1Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...metadata, name, namespace },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: Math.max(1, Math.round(lastsMs / 1000)),
        // Read back as a string, whatever its type says.
        acquireTime: stays && before?.acquireTime ? new V1MicroTime(before.acquireTime) : now,
        renewTime: now,
        leaseTransitions: (before?.leaseTransitions ?? 0) + (stays || !holder ? 0 : 1),
      },
    };
    return coordination.replaceNamespacedLease({ name, namespace, body });
  }

  function again(): void {
    round = tryOnce().then(() => {
      if (stopped) return;
      deadline?.cancel();
      if (renewed !== undefined) {
        const left = renewed.monotonic + renewDeadlineMs - clock.monotonic();
        deadline = clock.after(Math.max(0, left), tellChange);
      }
      timer = clock.after(renewed === undefined ? Math.min(retryMs, STANDBY_MS) : retryMs, again);
      tellChange();
    });
  }

  return {
    isLeader,
    holder: () => seen?.lease.spec?.holderIdentity || undefined,
    failing: () => failing,
    start(onChange) {
      tell = onChange;
      again();
    },
    async stop() {
      stopped = true;
      renewed = undefined;
      timer?.cancel();
      deadline?.cancel();
      tellChange();
      await within(RELEASE_WITHIN_MS, clock, release());
    },
  };

  async function release(): Promise<void> {
    await round;
    if (seen?.lease.spec?.holderIdentity !== identity) return;
    // Refused or no answer: it runs out by itself.
    await write(seen.lease, '', 1_000).catch(() => {});
  }
}
