// The chart, rendered with the real Helm, as parsed objects; and the check of them against the Go types that the API
// server decodes them into.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { howToBuild, toolForTest } from '../tools/tools.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const CHART = join(ROOT, 'chart');

/** A values file as it is in use with the Python scaler. */
export const ORIGINAL = join(import.meta.dirname, 'original-values.yaml');

/** The shortest values with a pool. */
export const POOL = { nodePools: { data8: { nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' } } } };

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
  [field: string]: any;
}

const helm = toolForTest('helm');
const strict = toolForTest('strict');

/** Both programs are there; else `title` says how to build them. */
export const canRender = helm !== undefined && strict !== undefined;
export const title = (text: string) => (canRender ? text : `${text} (${howToBuild('helm', 'strict')})`);

if (!canRender) console.warn(`Tests of the chart are skipped: Helm is ${howToBuild('helm', 'strict')}`);

export interface Asked {
  chart?: string;
  release?: string;
  namespace?: string;
  /** Files, or values. */
  values?: (string | object)[];
  args?: string[];
  /** Of the cluster to talk to; none without. */
  kubeconfig?: string;
}

/** Runs helm with the release's usual arguments; temporary homes, so that nobody's repositories are read or written. */
export function runHelm(
  verb: 'template' | 'lint' | 'install' | 'upgrade' | 'uninstall' | 'rollback',
  asked: Asked = {},
) {
  const home = mkdtempSync(join(tmpdir(), 'helm-'));
  try {
    const files = (asked.values ?? []).flatMap((values, index) => {
      const file = typeof values === 'string' ? values : join(home, `values-${index}.yaml`);
      if (typeof values !== 'string') writeFileSync(file, JSON.stringify(values));
      return ['--values', file];
    });
    const release = verb === 'lint' ? [] : [asked.release ?? 'warm'];
    const chart = verb === 'uninstall' || verb === 'rollback' ? [] : [asked.chart ?? CHART];
    const args = [verb, ...release, ...chart, '--namespace', asked.namespace ?? 'hub', ...files];
    const env = {
      ...process.env,
      HELM_CACHE_HOME: home,
      HELM_CONFIG_HOME: home,
      HELM_DATA_HOME: home,
      KUBECONFIG: asked.kubeconfig ?? '/dev/null',
    };
    const { status, stdout, stderr } = spawnSync(helm as string, [...args, ...(asked.args ?? [])], {
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The objects that `helm template` makes; throws with Helm's words when it refuses. */
export function render(asked: Asked = {}): KubernetesObject[] {
  const { status, stdout, stderr } = runHelm('template', asked);
  if (status !== 0) throw new Error(stderr);
  return objectsOf(stdout);
}

export function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** What Helm says when it refuses; empty when it does not. */
export function refusal(values: object, args: string[] = []): string {
  const { status, stderr } = runHelm('template', { values: [values], args });
  return status === 0 ? '' : stderr;
}

/** One line per object: `ok v1 ConfigMap x`, or `refused ...` with the reason. */
export function decodeStrictly(objects: KubernetesObject[]): string[] {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const { stdout } = spawnSync(strict as string, { input, encoding: 'utf8' });
  return stdout.trim().split('\n');
}

export function one(objects: KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  if (found.length !== 1) throw new Error(`expected one ${kind} ${name ?? ''}, got ${found.length}`);
  return found[0] as KubernetesObject;
}

/** `Kind namespace/name`, sorted. */
export function names(objects: KubernetesObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`).sort();
}

/** The file that the scaler is given, as text. */
export function settingsText(objects: KubernetesObject[]): string {
  const [config] = objects.filter((object) => object.data?.['values.yaml'] !== undefined);
  return config?.data['values.yaml'];
}

export const settingsOf = (objects: KubernetesObject[]) => parse(settingsText(objects));

/** A parent chart with ours as its dependency, under an alias if one is given; returns its folder. */
export function parentChart(alias?: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'parent-'));
  const dependency = `{name: node-placeholder-scaler, version: 1.x.x, repository: "file://${CHART}", condition: ${alias ?? 'node-placeholder-scaler'}.enabled${alias === undefined ? '' : `, alias: ${alias}`}}`;
  writeFileSync(
    join(dir, 'Chart.yaml'),
    `apiVersion: v2\nname: hubs\nversion: 0.1.0\ndependencies: [${dependency}]\n`,
  );
  execFileSync('mkdir', [join(dir, 'charts')]);
  execFileSync('cp', ['-r', CHART, join(dir, 'charts', 'node-placeholder-scaler')]);
  return dir;
}
