import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readValuesFiles } from '../../scaler/config/values-files.ts';
import { canRender, render, settingsOf, title } from '../chart/helm.ts';

const folder = mkdtempSync(join(tmpdir(), 'values-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BASE = `
calendarTimezone: America/Los_Angeles
leadTime: 10m
nodePools:
  data8: {nodeSelector: {hub.jupyter.org/pool-name: data8-pool}, replicas: 1}
`;

/** Writes each text to a file of its own and reads them in this order. */
function read(...texts: string[]) {
  const paths = texts.map((text, index) => {
    const path = join(folder, `${'abc'[index]}.yaml`);
    writeFileSync(path, text);
    return path;
  });
  const { config, problems } = readValuesFiles(paths);
  const brief = (text: string) => text.replaceAll(`${folder}/`, '');
  return { config, problems: problems.map(({ where, message }) => `${brief(where)}: ${message}`) };
}

describe('several values files', () => {
  it('are merged key by key, and a later one wins', () => {
    const { config, problems } = read(
      BASE,
      'nodePools: {data8: {replicas: 4}, stat20: {nodeSelector: {hub.jupyter.org/pool-name: x}}}',
      'leadTime: 5m',
    );
    expect(problems).toEqual([]);
    expect(config?.pools).toMatchObject([
      { name: 'data8', baseline: 4, nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' } },
      { name: 'stat20', leadTimeMs: 300_000 },
    ]);
  });

  it('replace lists whole, and null takes a setting back to its default', () => {
    const toleration = (key: string) => `{key: ${key}, operator: Exists}`;
    const { config } = read(
      `${BASE}  stat20: {nodeSelector: {a: b}, tolerations: [${toleration('x')}, ${toleration('y')}]}`,
      `leadTime: null\nnodePools: {stat20: {tolerations: [${toleration('z')}]}}`,
    );
    expect(config?.pools[0]?.leadTimeMs).toBe(0);
    expect(JSON.stringify(config?.pools[1]?.tolerations)).not.toMatch(/"[xy]"/);
    expect(JSON.stringify(config?.pools[1]?.tolerations)).toContain('"z"');
  });

  it('name the file and line that a wrong setting came from, whatever the later files leave of it', () => {
    const { problems } = read(
      `${BASE}cpuThreshold: high\noverlap: most\n`,
      '# a comment\nnodePools:\n  # and another\n  data8:\n    replicas: many\n    replica: 1\n',
      'overlap: sum\n',
    );
    expect(problems).toEqual([
      expect.stringMatching(/^nodePools\.data8\.replicas \(b\.yaml line 5\): .*"many"/),
      expect.stringMatching(/^nodePools\.data8\.replica \(b\.yaml line 6\): .*"replicas"/),
      expect.stringMatching(/^cpuThreshold \(a\.yaml line 6\): .*"high"/),
    ]);
  });

  it('may use anchors and merge keys, each file its own', () => {
    const { config } = read(
      `${BASE}  b: {nodeSelector: &s {a: b}}\n  c: {nodeSelector: *s}\n`,
      'nodePools: {d: &s {nodeSelector: {d: e}}, f: {<<: *s, replicas: 2}}',
    );
    expect(config?.pools.map(({ nodeSelector }) => nodeSelector)).toMatchObject([
      {},
      { a: 'b' },
      { a: 'b' },
      { d: 'e' },
      { d: 'e' },
    ]);
  });

  it('may be those of a parent chart', () => {
    const inParent = (text: string) => `warm:\n${text.replaceAll(/^(?=.)/gm, '  ')}`;
    const { config, problems } = read(
      inParent(BASE),
      inParent('nodePools: {data8: {replicas: 3}}'),
      'global: {}',
    );
    expect(problems).toEqual([]);
    expect(config?.pools[0]?.baseline).toBe(3);
  });

  it('are each a problem when they are no YAML, no settings, or not there', () => {
    expect(read(BASE, 'a: [', '- a')).toMatchObject({
      config: undefined,
      problems: [
        expect.stringMatching(/^b\.yaml line 1.*: expected YAML/),
        expect.stringMatching(/^c\.yaml: .*got a list/),
      ],
    });
    const { config, problems } = readValuesFiles([join(folder, 'a.yaml'), join(folder, 'nowhere.yaml')]);
    expect(config).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual([
      'expected a values file that can be read, got no such file',
    ]);
  });

  it('never quote what stands in place of an address', () => {
    const { problems } = read(BASE, 'calendarUrl: [hunter2]\ncalendarUrlFrom: hunter3\n');
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).toContain('b.yaml line ');
    expect(problems.join('\n')).not.toMatch(/hunter/);
  });

  it('find their Secrets in the folder that was named', () => {
    mkdirSync(join(folder, 'secrets', 'hub'), { recursive: true });
    writeFileSync(join(folder, 'secrets', 'hub', 'url'), 'https://calendar.example.edu/a.ics');
    const paths = ['a.yaml', 'b.yaml'].map((name) => join(folder, name));
    writeFileSync(paths[0] as string, BASE);
    writeFileSync(paths[1] as string, 'calendarUrlFrom: {secret: hub, key: url}');
    const { config } = readValuesFiles(paths, { secretsDir: join(folder, 'secrets') });
    expect(config?.feeds).toMatchObject([{ url: 'https://calendar.example.edu/a.ics' }]);
  });

  it.runIf(canRender)(title('come to what Helm makes of them'), () => {
    const above =
      'leadTime: null\nnodePools: {data8: {replicas: 4}, stat20: {nodeSelector: {pool: stat20}}}\n';
    const ours = read(BASE, above).config;
    const merged = join(folder, 'helm.yaml');
    writeFileSync(merged, JSON.stringify(settingsOf(render({ values: [parse(BASE), parse(above)] }))));
    expect(readValuesFiles([merged]).config).toEqual(ours);
  });
});
