// The pods of the whole cluster, each reduced to where it counts and how much, and from them the sums per node and the
// placeholders per pool. Every event is one subtraction and one addition; `recount` does the whole sum again and says
// how many nodes were wrong, which must be none.
import type { Intern } from './intern.ts';
import type { CountedPod, Entry, Ledger } from './ledger.ts';
import { type PodObject, type PodRules, type TrimmedPod, trimPod } from './pods.ts';
import type { PoolView } from './snapshot.ts';
import type { Draft, Store } from './store.ts';

export interface PodStore extends Store<PodObject> {
  size(): number;
  /** Live counts of our placeholders of a pool. */
  placeholders(pool: string): PoolView['placeholders'];
  /** Pods with a quantity that cannot be read, and where they are. */
  unreadable(): Iterable<CountedPod>;
  /** How pods are read from now on; those already kept stay as they were read. */
  setRules(rules: PodRules): void;
  /** Adds everything up again, keeps the result, and gives the number of nodes and pools whose sums had drifted. */
  recount(): number;
}

export interface PodStoreOptions {
  ledger: Ledger;
  intern: Intern;
  rules: PodRules;
  /** A sum of this node changed, or (undefined) placeholders of ours did. */
  onChange(entry: Entry | undefined): void;
  /** All sums may have changed. */
  onSwap(): void;
}

export function openPodStore({
  ledger,
  intern,
  rules: firstRules,
  onChange,
  onSwap,
}: PodStoreOptions): PodStore {
  let rules = firstRules;
  let pods = new Map<string, CountedPod>();
  const unreadable = new Set<CountedPod>();
  const counts = new Map<string, PoolView['placeholders']>();

  function countsOf(pool: string): PoolView['placeholders'] {
    const known = counts.get(pool);
    if (known !== undefined) return known;
    const made = { ready: 0, pending: 0 };
    counts.set(pool, made);
    return made;
  }

  function count(pod: CountedPod, by: 1 | -1): void {
    if (by === 1) ledger.add(pod);
    else ledger.remove(pod);
    const { pool, state } = pod.load;
    if (pool !== undefined && state !== undefined && state !== 'leaving') countsOf(pool)[state] += by;
    if (pod.load.unreadable === undefined) return;
    if (by === 1) unreadable.add(pod);
    else unreadable.delete(pod);
  }

  /** The record that is kept already, when nothing changed: a list that is read again then takes hardly any memory. */
  function recordOf({ uid, host, load }: TrimmedPod): CountedPod {
    const on = host === undefined ? undefined : ledger.entry(host);
    const kept = pods.get(uid);
    return kept !== undefined && kept.on === on && kept.load === load ? kept : { uid, on, load };
  }

  function put(uid: string, pod: CountedPod | undefined): void {
    const before = pods.get(uid);
    if (before !== undefined && before === pod) return;
    if (before !== undefined) count(before, -1);
    if (pod === undefined) pods.delete(uid);
    else {
      pods.set(uid, pod);
      count(pod, 1);
    }
    for (const touched of [before, pod]) {
      if (touched?.on !== undefined) onChange(touched.on);
      if (touched?.load.pool !== undefined) onChange(undefined);
    }
    if (before?.on !== undefined) ledger.release(before.on);
  }

  function countAll(): void {
    ledger.clear();
    unreadable.clear();
    for (const found of counts.values()) Object.assign(found, { ready: 0, pending: 0 });
    for (const pod of pods.values()) count(pod, 1);
  }

  function draft(): Draft<PodObject> {
    const gathered = new Map<string, CountedPod>();
    return {
      apply(type, object) {
        const pod = type === 'DELETED' ? undefined : trimPod(object, rules, intern);
        if (pod === undefined) gathered.delete(object.metadata.uid);
        else {
          const record = recordOf(pod);
          gathered.set(record.uid, record);
        }
      },
      commit() {
        // A node may have gone and come back since its pod was gathered.
        for (const pod of gathered.values()) pod.on &&= ledger.entry(pod.on.view.name);
        pods = gathered;
        countAll();
        for (const entry of [...ledger.entries.values()]) ledger.release(entry);
        onSwap();
      },
    };
  }

  return {
    apply(type, object) {
      const pod = type === 'DELETED' ? undefined : trimPod(object, rules, intern);
      put(object.metadata.uid, pod && recordOf(pod));
    },
    draft,
    size: () => pods.size,
    placeholders: countsOf,
    unreadable: () => unreadable,
    setRules(next) {
      rules = next;
    },
    recount() {
      const before = fingerprints(ledger, counts);
      countAll();
      const after = fingerprints(ledger, counts);
      let drifted = 0;
      for (const [name, text] of after) if (before.get(name) !== text) drifted++;
      return drifted;
    },
  };
}

function fingerprints(
  ledger: Ledger,
  counts: ReadonlyMap<string, PoolView['placeholders']>,
): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, { view, pods, unreadablePods }] of ledger.entries) {
    const { requested, daemonRequested, ordinaryPods, placeholders } = view;
    const { cpuMilli, memoryBytes } = requested;
    const sums = [cpuMilli, memoryBytes, daemonRequested.cpuMilli, daemonRequested.memoryBytes];
    texts.set(`node ${name}`, [...sums, ordinaryPods, placeholders, pods, unreadablePods].join(' '));
  }
  for (const [pool, { ready, pending }] of counts) texts.set(`pool ${pool}`, `${ready} ${pending}`);
  return texts;
}
