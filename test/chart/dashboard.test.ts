// The dashboard's ConfigMap as Grafana's sidecar finds it, and the annotations by which a Prometheus finds the pod.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toolForTest } from '../tools/tools.ts';
import { CHART, canRender, one, POOL, render, title } from './helm.ts';

const FILE = 'node-placeholder-scaler.json';
const configMap = (dashboard: object, release = 'warm') =>
  one(render({ release, values: [POOL, { dashboard }] }), 'ConfigMap', `${fullname(release)}-dashboard`);
const fullname = (release: string) => `${release}-node-placeholder-scaler`.slice(0, 53).replace(/-$/, '');

describe.skipIf(!canRender)(title('the dashboard'), () => {
  test('is not installed unless asked for', () => {
    expect(JSON.stringify(render({ values: [POOL] }))).not.toContain('grafana_dashboard');
  });

  test('stands in a ConfigMap letter by letter, with the legends that look like templates', () => {
    const { data } = configMap({ enabled: true });
    expect(Object.keys(data)).toEqual([FILE]);
    expect(`${data[FILE]}\n`).toBe(readFileSync(join(CHART, 'dashboards', FILE), 'utf8'));
    expect(data[FILE]).toContain('"legendFormat": "{{pool}}"');
  });

  test('is found by kube-prometheus-stack as it comes', () => {
    const { labels, namespace } = configMap({ enabled: true }).metadata;
    expect(labels).toMatchObject({ grafana_dashboard: '1' });
    expect(namespace).toBe('hub');
  });

  test('goes where another sidecar looks, into the folder that is asked for', () => {
    const { metadata } = configMap({
      enabled: true,
      labels: { grafana_dashboard: null, dashboards: 'yes' },
      annotations: { grafana_folder: 'Autoscaling' },
      namespace: 'monitoring',
    });
    expect(metadata).toMatchObject({
      namespace: 'monitoring',
      annotations: { grafana_folder: 'Autoscaling' },
    });
    expect(metadata.labels).toMatchObject({ dashboards: 'yes' });
    expect(metadata.labels).not.toHaveProperty('grafana_dashboard');
  });

  test('has a name that Kubernetes takes, also for a long release', () => {
    const release = 'a-release-with-quite-a-long-name-in-it';
    expect(configMap({ enabled: true }, release).metadata.name.length).toBeLessThanOrEqual(63);
  });

  test('is packed without the programs it is made from', () => {
    const folder = mkdtempSync(join(tmpdir(), 'packed-chart-'));
    try {
      const helm = toolForTest('helm') as string;
      const packed = spawnSync(helm, ['package', CHART, '--destination', folder], { encoding: 'utf8' });
      expect(packed.stderr).toBe('');
      const archive = packed.stdout.trim().split(' ').at(-1) as string;
      const { stdout } = spawnSync('tar', ['--list', '--gzip', '--file', archive], { encoding: 'utf8' });
      expect(stdout).toContain(`dashboards/${FILE}\n`);
      expect(stdout).not.toContain('.ts');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe.skipIf(!canRender)(title('the pod'), () => {
  const annotations = (values: object) =>
    one(render({ values: [POOL, values] }), 'Deployment').spec.template.metadata.annotations;
  const scrape = {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '8080',
    'prometheus.io/path': '/metrics',
  };

  test('says where its metrics are', () => {
    expect(annotations({})).toEqual(scrape);
    const { ports } = one(render({ values: [POOL] }), 'Deployment').spec.template.spec.containers[0];
    expect(ports).toContainEqual({ name: 'http', containerPort: 8080 });
  });

  test('does not when told not to, or when a PodMonitor says it', () => {
    expect(annotations({ scrapeAnnotations: false })).toBeUndefined();
    expect(annotations({ podMonitor: { enabled: true } })).toBeUndefined();
  });

  test('keeps its own annotations, which win', () => {
    const own = { team: 'infrastructure', 'prometheus.io/scrape': 'false' };
    expect(annotations({ podAnnotations: own })).toEqual({ ...scrape, ...own });
  });
});
