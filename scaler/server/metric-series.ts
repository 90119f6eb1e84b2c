// Making metrics of the scaler's own, and dropping the series of what is gone.
import type { Counter, Gauge, Registry } from 'prom-client';

export type Labelled = Gauge | Counter;

interface Definition {
  name: string;
  help: string;
  labelNames: string[];
  registers: Registry[];
  collect?: () => void;
}

export type Define<M extends Labelled> = (
  name: string,
  help: string,
  labelNames?: string[],
  collect?: (metric: M) => void,
) => M;

/** Makes metrics of one kind; `collect` fills one in at the moment Prometheus asks. */
export function definer<M extends Labelled>(
  Kind: new (options: Definition) => M,
  registers: Registry[],
): Define<M> {
  return (name, help, labelNames = [], collect) => {
    const metric: M = new Kind({
      name: `node_placeholder_${name}`,
      help,
      labelNames,
      registers,
      ...(collect && { collect: () => collect(metric) }),
    });
    return metric;
  };
}

/** Removes all series of these metrics that carry this label. */
export function forget(label: Record<string, string>, metrics: Labelled[]): void {
  const [[key, value] = ['', '']] = Object.entries(label);
  for (const metric of metrics) {
    // `get` is async in its type only because of collect functions, which these metrics do not have.
    void metric.get().then(({ values }) => {
      for (const series of values) {
        if (series.labels[key] === value) metric.remove(series.labels);
      }
    });
  }
}

/** A timestamp as Prometheus has it; 0: there is none. */
export function seconds(atMs: number | undefined): number {
  return (atMs ?? 0) / 1000;
}
