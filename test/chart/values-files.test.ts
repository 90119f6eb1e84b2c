import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../scaler/config/load.ts';
import type { PoolConfig } from '../../scaler/config/schema.ts';
import {
  canRender,
  decodeStrictly,
  type KubernetesObject,
  names,
  ORIGINAL,
  one,
  POOL,
  parentChart,
  ROOT,
  refusal,
  render,
  runHelm,
  settingsOf,
  settingsText,
  title,
} from './helm.ts';

const EXAMPLES = join(ROOT, 'examples', 'values');

const readSecret = () => 'https://calendar.example.edu/a.ics';
const loaded = (objects: KubernetesObject[]) =>
  loadConfig(settingsText(objects), { file: 'values.yaml', readSecret });
// Helm sorts what it prints.
const byName = (pools: PoolConfig[] = []) => [...pools].sort((a, b) => (a.name < b.name ? -1 : 1));

const folders: string[] = [];
function parent(alias?: string): string {
  const dir = parentChart(alias);
  folders.push(dir);
  return dir;
}
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

describe.skipIf(!canRender)(title('every values file'), () => {
  const files = [...readdirSync(EXAMPLES).map((file) => join(EXAMPLES, file)), ORIGINAL].map((path) => ({
    name: basename(path),
    path,
  }));

  test.each(files)(
    '$name makes objects that Kubernetes knows and settings that the scaler accepts',
    ({ path: file }) => {
      const typed = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      // A file whose values stand under the dependency's name is one for a parent chart.
      const nested = 'node-placeholder-scaler' in typed;
      const objects = render({ values: [file], ...(nested ? { chart: parent() } : {}) });
      const lines = decodeStrictly(objects);
      expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
      expect(lines).toHaveLength(objects.length);
      const { config, problems } = loaded(objects);
      expect(problems).toEqual([]);
      const read = loadConfig(readFileSync(file, 'utf8'), { file, readSecret }).config;
      expect(byName(config?.pools)).toEqual(byName(read?.pools));
      expect(config?.feeds.map((feed) => feed.name)).toEqual(read?.feeds.map((feed) => feed.name));
    },
  );

  test('passes helm lint', () => {
    for (const values of [[], [ORIGINAL], [POOL]]) {
      const { status, stdout } = runHelm('lint', { values, args: ['--strict'] });
      expect(stdout).toContain('0 chart(s) failed');
      expect(status).toBe(0);
    }
  });

  test('the strict check does refuse what Kubernetes does not know', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { replica: 1 },
    };
    expect(decodeStrictly([deployment])).toEqual([
      expect.stringMatching(/^refused apps\/v1 Deployment a: .*replica/),
    ]);
  });
});

describe.skipIf(!canRender)(title('as a part of a parent chart'), () => {
  test('it takes its values from under its name, and can be switched off', () => {
    const chart = parent();
    const values = { global: { storage: 'x' }, 'node-placeholder-scaler': { ...POOL, enabled: true } };
    const objects = render({ chart, values: [values] });
    expect(loaded(objects).problems).toEqual([]);
    expect(settingsOf(objects)).not.toHaveProperty('global');
    expect(names(objects)).toContain('ConfigMap hub/warm-node-placeholder-scaler-pool-data8');
    expect(render({ chart, values: [{ 'node-placeholder-scaler': { enabled: false } }] })).toEqual([]);
  });

  test('it takes its values and its names from its alias', () => {
    const objects = render({ chart: parent('spares'), values: [{ spares: { ...POOL, enabled: true } }] });
    expect(names(objects)).toContain('ConfigMap hub/warm-spares-pool-data8');
    expect(one(objects, 'Deployment').metadata.name).toBe('warm-spares');
    expect(loaded(objects).problems).toEqual([]);
  });
});

describe.skipIf(!canRender)(title('what would install something wrong is refused with the reason'), () => {
  test('a pool pasted without its indentation', () => {
    const pasted = { nodeSelector: null, 'hub.jupyter.org/pool-name': 'user', requests: { memory: 1 } };
    const text = refusal({ nodePools: { user: pasted } });
    expect(text).toContain('nodePools.user.nodeSelector is empty: it would take every node');
    expect(text).toContain(
      'nodePools.user.hub.jupyter.org/pool-name looks like it belongs under nodePools.user.nodeSelector',
    );
    expect(text).toContain('nodePools.user.requests looks like it belongs under nodePools.user.resources');
  });

  test.each([
    [{ calendarURL: 'x' }, "additional properties 'calendarURL' not allowed"],
    [
      { nodePools: { a: { nodeSelector: { b: 'c' }, minimum: 1 } } },
      'nodePools.a.minimum is no setting of a pool',
    ],
    [
      { nodePools: { Data_8: { nodeSelector: { b: 'c' } } } },
      "nodePools.Data_8: a pool's name is at most 51",
    ],
    [{ cpuThreshold: 300 }, '/cpuThreshold'],
    [{ nodePools: { user: null, nodeSelector: { b: 'c' } } }, 'belongs under the pool above it'],
    [
      { image: { repository: 'us-central1-docker.pkg.dev/cal-icor-hubs/core/node-placeholder-scaler' } },
      'is the Python program',
    ],
    [{ image: { tag: '0.0.1-0.dev.git.302.h3ba8a55' } }, 'is the Python program'],
    [{ calendarUrl: '/a', calendars: [{ name: 'calendar', url: '/b' }] }, 'stands there twice'],
  ])('%j', (values, text) => {
    expect(refusal(values)).toContain(text);
  });

  test('a pool whose node affinity requires labels needs no selector', () => {
    const term = { matchExpressions: [{ key: 'a', operator: 'Exists' }] };
    expect(refusal({ nodePools: { a: { nodeAffinity: { required: [term] } } } })).toBe('');
    const long = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    };
    expect(refusal({ nodePools: { a: { affinity: long } } })).toBe('');
  });
});

describe.skipIf(!canRender)(title('the notes'), () => {
  const notes = (values: object) =>
    runHelm('install', { values: [values], args: ['--dry-run=client'] }).stdout.split('NOTES:')[1];

  test('say what to type into the calendar', () => {
    expect(notes({ ...POOL, calendarUrl: '/a.ics' })).toMatch(/type into its description:\n\n {2}data8: 3\n/);
  });

  test('say what is missing', () => {
    expect(notes({})).toContain('It does nothing yet: nodePools names no pool.');
    expect(notes(POOL)).toContain('No calendar is set');
  });

  test('hold no address', () => {
    expect(notes({ ...POOL, calendarUrl: 'https://x/SECRET' })).not.toContain('SECRET');
  });
});
