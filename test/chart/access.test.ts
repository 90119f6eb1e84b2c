import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../scaler/config/load.ts';
import { canRender, one, POOL, render, settingsText, title } from './helm.ts';

describe.skipIf(!canRender)(title('secrets'), () => {
  const values = {
    calendarUrl: 'https://calendar.example.edu/SECRET',
    calendars: [
      { name: 'exams', url: 'https://exams.example.edu/SECRET', username: 'SECRET', password: 'SECRET' },
      {
        name: 'workshops',
        urlFrom: { secret: 'own', key: 'url' },
        tokenFrom: { secret: 'own', key: 'token' },
      },
    ],
  };

  test('that were typed into the values stand in a Secret and nowhere else', () => {
    const objects = render({ values: [values] });
    const holding = objects.filter((object) => JSON.stringify(object).includes('SECRET'));
    expect(holding.map(({ kind }) => kind)).toEqual(['Secret']);
    expect(one(objects, 'Secret').stringData).toEqual({
      'calendar.url': 'https://calendar.example.edu/SECRET',
      'exams.url': 'https://exams.example.edu/SECRET',
      'exams.username': 'SECRET',
      'exams.password': 'SECRET',
    });
  });

  test('are all mounted where the scaler looks for them', () => {
    const objects = render({ values: [values] });
    const pod = one(objects, 'Deployment').spec.template.spec;
    const named = <T extends { name: string }>(list: T[]) => list.find(({ name }) => name === 'secrets') as T;
    const { sources } = named<{ name: string; projected: { sources: object[] } }>(pod.volumes).projected;
    const mounted = (sources as { secret: { items: { path: string }[] } }[]).flatMap(({ secret }) =>
      secret.items.map(({ path }) => path),
    );
    const asked: string[] = [];
    loadConfig(settingsText(objects), {
      file: 'values.yaml',
      readSecret: (secret, key) => {
        asked.push(`${secret}/${key}`);
        return '/a.ics';
      },
    });
    expect(mounted.sort()).toEqual(asked.sort());
    expect(asked).toHaveLength(6);
    const { mountPath } = named<{ name: string; mountPath: string }>(pod.containers[0].volumeMounts);
    expect(pod.containers[0].args).toContain(`--secrets-dir=${mountPath}`);
  });

  test('when there are none there is no Secret and no volume', () => {
    const objects = render({ values: [POOL] });
    expect(objects.some((object) => object.kind === 'Secret')).toBe(false);
    expect(one(objects, 'Deployment').spec.template.spec.volumes).toHaveLength(1);
  });
});

describe.skipIf(!canRender)(title('permissions'), () => {
  const rules = (values: object) => one(render({ values: [values] }), 'Role').rules;
  const isWide = (rule: { resourceNames?: string[] }) => rule.resourceNames === undefined;

  test('in the cluster are to list and watch nodes and pods', () => {
    expect(one(render({ values: [POOL] }), 'ClusterRole').rules).toEqual([
      { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list', 'watch'] },
    ]);
  });

  test('in the namespace are by name, but for seeing Deployments and making Events', () => {
    const name = 'warm-node-placeholder-scaler';
    const rest = rules(POOL);
    expect(rest.filter(isWide)).toEqual([
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
    ]);
    expect(rest.filter((rule: object) => !isWide(rule))).toEqual([
      {
        apiGroups: ['apps'],
        resources: ['deployments'],
        verbs: ['create', 'patch', 'delete'],
        resourceNames: ['data8-placeholder'],
      },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: [`${name}-pool-data8`] },
      {
        apiGroups: [''],
        resources: ['configmaps'],
        verbs: ['get', 'create', 'patch'],
        resourceNames: [`${name}-state`],
      },
    ]);
  });

  test('for the Lease come with the second replica', () => {
    expect(rules({ ...POOL, replicaCount: 2 })).toContainEqual({
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'create', 'update'],
      resourceNames: ['warm-node-placeholder-scaler'],
    });
  });

  test('without pools hold no empty list of names, which would allow all', () => {
    for (const rule of rules({})) expect(rule.resourceNames ?? ['']).not.toEqual([]);
    expect(JSON.stringify(rules({}))).not.toContain('delete');
  });

  test('and the service account can be left to others', () => {
    const values = { rbac: { create: false }, serviceAccount: { create: false, name: 'mine' } };
    const objects = render({ values: [values] });
    const kinds = objects.map(({ kind }) => kind);
    for (const kind of ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'ServiceAccount']) {
      expect(kinds).not.toContain(kind);
    }
    expect(one(objects, 'Deployment').spec.template.spec.serviceAccountName).toBe('mine');
  });
});
