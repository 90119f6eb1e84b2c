// A real Prometheus and its promtool for tests: Debian's package, on loopback, with its data in a folder that the test
// names. Where they are not installed the tests are skipped with the command that installs them; with CI=true they run,
// and fail.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePorts, processesIn, until } from '../cluster/processes.ts';

export const PROMETHEUS = '/usr/bin/prometheus';
export const PROMTOOL = '/usr/bin/promtool';

export const canRunPrometheus = (existsSync(PROMETHEUS) && existsSync(PROMTOOL)) || process.env.CI === 'true';
export const prometheusTitle = (text: string) =>
  canRunPrometheus ? text : `${text} (no ${PROMETHEUS}, install with: apt-get install prometheus)`;

/** Runs promtool to its end; a wrong rule is an answer (status 1, or 3), a missing program an error. */
export function runPromtool(args: string[], { cwd }: { cwd?: string } = {}) {
  const { error, status, stdout, stderr } = spawnSync(PROMTOOL, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw new Error(`${PROMTOOL}: ${error.message}`);
  return { status, stdout, stderr };
}

export interface Target {
  /** `127.0.0.1:8080` */
  address: string;
  /** What a scrape in a cluster would add: namespace, pod. */
  labels: Record<string, string>;
}

/** One series of an answer: its labels, and its samples as [seconds, value]. */
export interface Series {
  labels: Record<string, string>;
  samples: [number, number][];
}

export interface Prometheus {
  /** At an instant in seconds; without one, now. */
  query(expression: string, atSeconds?: number): Promise<Series[]>;
  queryRange(
    expression: string,
    range: { fromSeconds: number; toSeconds: number; stepSeconds: number },
  ): Promise<Series[]>;
  /** The series that a selector finds in a stretch of time, as Grafana asks for label_values(selector, label). */
  series(
    selector: string,
    range: { fromSeconds: number; toSeconds: number },
  ): Promise<Record<string, string>[]>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** An existing folder; blocks that are already in its `data` are served. */
  folder: string;
  targets?: Target[];
  scrapeInterval?: string;
}

/** Ready when it resolves. Prometheus cannot choose a port itself: another process may take the free one, then again. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { folder, targets = [], scrapeInterval = '1s' } = options;
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
      scrape_configs: [
        {
          job_name: 'pods',
          static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
        },
      ],
    }),
  );
  for (let left = 5; ; left--) {
    const [port] = await freePorts(1);
    const program = processesIn(join(folder, 'processes')).start({
      name: 'prometheus',
      command: PROMETHEUS,
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
    });
    const url = `http://127.0.0.1:${port}`;
    const state = await until('Prometheus to be ready', async () => {
      if (!program.alive()) return 'ended';
      const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
      // Alive still: otherwise it is another process's Prometheus that answers on that port.
      return answer?.ok && program.alive() ? 'ready' : undefined;
    }).catch(async (error: unknown) => {
      await program.stop();
      throw error;
    });
    if (state === 'ready') return { ...openPrometheus(url), stop: () => program.stop() };
    if (left === 0 || !program.output().includes('address already in use')) {
      throw new Error(`Prometheus does not start: ${program.output()}`);
    }
  }
}

function openPrometheus(url: string): Omit<Prometheus, 'stop'> {
  async function ask<T>(path: string, fields: Record<string, string | number>): Promise<T> {
    const body = new URLSearchParams(Object.entries(fields).map(([key, value]) => [key, String(value)]));
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body });
    const { status, data, error } = (await answer.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`Prometheus refused ${fields.query}: ${error}`);
    return data;
  }
  return {
    async query(query, time) {
      const { result } = await ask<Found>('query', { query, ...(time !== undefined && { time }) });
      return result.map(read);
    },
    async queryRange(query, { fromSeconds: start, toSeconds: end, stepSeconds: step }) {
      return (await ask<Found>('query_range', { query, start, end, step })).result.map(read);
    },
    series: (selector, { fromSeconds: start, toSeconds: end }) =>
      ask('series', { 'match[]': selector, start, end }),
  };
}

type Sample = [number, string];

interface Found {
  result: { metric: Record<string, string>; value?: Sample; values?: Sample[] }[];
}

function read({ metric, value, values = value === undefined ? [] : [value] }: Found['result'][number]) {
  return { labels: metric, samples: values.map(([at, text]): [number, number] => [at, Number(text)]) };
}
