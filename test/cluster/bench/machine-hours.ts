// What the machines of a pool cost: looked at every second, counted from the order for a machine until it is gone.
import type { Api } from '../api.ts';
import type { Theme } from '../theme.ts';

export interface MachineMeter {
  /** Machine-hours between two instants; before the first look there were as many machines as then. */
  hours(fromMs: number, toMs: number): number;
  stop(): void;
}

const EVERY_MS = 1_000;

export function machineMeter(cluster: Pick<Api, 'call'>, hub: Theme): MachineMeter {
  const looks: { atMs: number; machines: number }[] = [];
  const labelSelector = `karpenter.sh/nodepool=${hub.nodeLabel('data8')}`;
  const look = async () => {
    const [claims, nodes] = await Promise.all([
      cluster.call('GET', '/apis/karpenter.sh/v1/nodeclaims', { query: { labelSelector } }),
      hub.nodes(),
    ]);
    looks.push({ atMs: Date.now(), machines: Math.max(claims.items.length, nodes.length) });
  };
  const lookOrLeave = () => void look().catch(() => {});
  lookOrLeave();
  const timer = setInterval(lookOrLeave, EVERY_MS);
  return {
    hours: (fromMs, toMs) => machineMs(looks, { fromMs, toMs }) / 3_600_000,
    stop: () => clearInterval(timer),
  };
}

function machineMs(
  looks: { atMs: number; machines: number }[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number {
  let sum = 0;
  for (const [index, { atMs, machines }] of looks.entries()) {
    const since = index === 0 ? fromMs : Math.max(fromMs, atMs);
    const next = Math.min(toMs, looks[index + 1]?.atMs ?? toMs);
    sum += machines * Math.max(0, next - since);
  }
  return sum;
}
