// The doors through which the service changes the cluster: lease, saved state, placeholders, Events. A dry run gets
// doors of the same shape that open on nothing.
import type { Clock } from './clock.ts';
import type { Connection } from './cluster/connection.ts';
import type { Logger } from './log.ts';
import { dryRunWriter } from './placeholder/dry-run.ts';
import { type EventRecorder, noEvents, openEvents } from './placeholder/events.ts';
import { leaseName, stateName } from './placeholder/names.ts';
import { noOwners, type Owners, openOwners } from './placeholder/owners.ts';
import { openTakeOvers, type TakeOvers } from './placeholder/take-over.ts';
import { openWriter, type Writer } from './placeholder/writer.ts';
import { type Leadership, noLease, openLease } from './state/lease.ts';
import type { SavedState } from './state/state.ts';
import { openStore, type StateStore } from './state/store.ts';

export interface Doors {
  lease: Leadership;
  store: StateStore;
  takeOvers: TakeOvers;
  owners: Owners;
  writer: Writer;
  events: EventRecorder;
}

export interface DoorOptions {
  connection: Connection;
  namespace: string;
  release: string;
  identity: string;
  clock: Clock;
  log: Logger;
  dryRun: boolean;
  /** Lead only while holding the Lease. */
  lease: boolean;
  leaseMs?: { durationMs: number; renewDeadlineMs: number; retryMs: number };
  /** Asked before every write. */
  leads(): boolean;
  /** The state to save. */
  collect(): SavedState;
  maxReplicas(pool: string): number;
}

export function openDoors(options: DoorOptions): Doors {
  const { connection, namespace, release, identity, clock, log, dryRun, leads } = options;
  const { core, apps, coordination } = connection;
  const store = openStore({
    core,
    namespace,
    name: stateName(release),
    clock,
    collect: options.collect,
    mayWrite: () => !dryRun && leads(),
  });
  const takeOvers = openTakeOvers(async () => {
    const outcome = await store.save();
    return outcome === 'unchanged' ? 'saved' : outcome;
  });
  if (dryRun) {
    const owners = noOwners(release);
    return {
      lease: noLease(identity),
      store,
      takeOvers,
      owners,
      writer: dryRunWriter(log),
      events: noEvents(),
    };
  }
  const owners = openOwners({ core, namespace, release, clock });
  const { maxReplicas } = options;
  return {
    lease: options.lease
      ? openLease({ coordination, namespace, name: leaseName(release), identity, clock, ...options.leaseMs })
      : noLease(identity),
    store,
    takeOvers,
    owners,
    writer: openWriter({ apps, owners, takeOvers, clock, mayWrite: leads, maxReplicas }),
    events: openEvents({ events: connection.events, namespace, identity, clock, log }),
  };
}
