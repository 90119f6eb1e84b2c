// Looks all the time, whatever is broken: at every count the Deployment has, at the scalers' memory, at what they print,
// and remembers every breach.
import { readFileSync } from 'node:fs';
import type { Cluster } from '../cluster.ts';
import { follow } from '../follow.ts';
import type { ScalerPod } from '../scaler-pod.ts';
import { type Booked, growth, type MemorySample, wrongChange } from './judge.ts';

export interface Watchdog {
  /** What is booked from now on is judged by this. */
  booked: Booked;
  /** The calendar alone decides: not so while people change the Deployment. */
  judges: boolean;
  /** The scalers have no true view of the cluster and know it: nothing may be lowered, whatever is booked. */
  blind: boolean;
  breaches(): readonly string[];
  /** A breach that somebody else found. */
  report(breach: string): void;
  memory(): { most: number; growth: number };
  stop(): void;
}

export interface WatchdogOptions {
  cluster: Cluster;
  namespace: string;
  pods: ScalerPod[];
}

const EVERY_MS = 5_000;
/** Of a process, in MiB; the heap is limited to 128. */
const MOST_MIB = 300;
const MOST_GROWTH_MIB = 40;

export function startWatchdog({ cluster, namespace, pods }: WatchdogOptions): Watchdog {
  const breaches: string[] = [];
  const samples = new Map<number, MemorySample[]>();
  const known = new Set<string>();
  let replicas: number | undefined;
  const report = (breach: string) => {
    if (breaches.at(-1) !== breach) breaches.push(breach);
  };
  const deployments = follow({
    url: cluster.url,
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  });
  const dog: Watchdog = {
    booked: [],
    judges: true,
    blind: false,
    breaches: () => breaches,
    report,
    memory() {
      const lives = [...samples.values()];
      return {
        most: Math.max(0, ...lives.flat().map(({ mib }) => mib)),
        growth: Math.max(0, ...lives.map(growth)),
      };
    },
    stop() {
      clearInterval(timer);
      deployments.stop();
    },
  };
  deployments.onChange(({ metadata, spec }) => {
    if (!metadata.name.endsWith('-placeholder')) return;
    const to = spec.replicas as number;
    const from = replicas ?? to;
    replicas = to;
    if (!dog.judges) return;
    if (dog.blind && to < from) report(`wrong scale-down: ${from} -> ${to} while the view is stale`);
    const wrong = wrongChange({ from, to, atMs: Date.now() }, dog.booked);
    if (wrong !== undefined) report(wrong);
  });
  const look = () => {
    for (const pod of pods) {
      const running = pod.process();
      const mib = residentMib(running.pid);
      if (running.alive() && mib !== undefined) {
        const own = samples.get(running.pid) ?? [];
        own.push({ atMs: Date.now(), mib });
        samples.set(running.pid, own);
        if (mib > MOST_MIB) report(`memory: ${pod.name} has ${mib} MiB, more than ${MOST_MIB}`);
      }
      for (const line of strange(running.output())) {
        if (!known.has(line)) report(`log of ${pod.name}: ${line.slice(0, 300)}`);
        known.add(line);
      }
    }
    const grown = dog.memory().growth;
    if (grown > MOST_GROWTH_MIB) report(`memory: grew by more than ${MOST_GROWTH_MIB} MiB`);
  };
  const timer = setInterval(look, EVERY_MS);
  return dog;
}

/** Lines that no scaler should print: stack traces, warnings of Node, anything unhandled. */
function strange(output: string): string[] {
  // The last line may not be whole yet, the first may be cut.
  const lines = output.split('\n').slice(0, -1);
  return lines.filter(
    (line, index) =>
      line.trim() !== '' &&
      (line.startsWith('{')
        ? /unhandled|uncaught|MaxListeners/i.test(line)
        : index > 0 || output.length < 90_000),
  );
}

/** Linux: from /proc. Undefined when it has ended. */
function residentMib(pid: number): number | undefined {
  try {
    const kB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kB === undefined ? undefined : Math.round(Number(kB) / 1024);
  } catch {
    return undefined;
  }
}
