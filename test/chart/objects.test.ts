import { describe, expect, test } from 'vitest';
import { commandLine } from '../../scaler/main.ts';
import { leaseName, ownerName, stateName } from '../../scaler/placeholder/names.ts';
import { canRender, names, ORIGINAL, one, POOL, refusal, render, runHelm, title } from './helm.ts';

describe.skipIf(!canRender)(title('names'), () => {
  test('that an older installation left are kept where they cannot change', () => {
    const objects = render({ release: 'node-placeholder-scaler', namespace: 'hub', values: [ORIGINAL] });
    const deployment = one(objects, 'Deployment', 'node-placeholder-scaler');
    expect(deployment.spec.selector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'node-placeholder-scaler',
      'app.kubernetes.io/instance': 'node-placeholder-scaler',
    });
    expect(one(objects, 'RoleBinding').roleRef.name).toBe('node-placeholder-scaler');
    expect(one(objects, 'RoleBinding').metadata.name).toBe(one(objects, 'ServiceAccount').metadata.name);
    expect(one(objects, 'PriorityClass').metadata.name).not.toBe('node-placeholder-scaler');
  });

  test('in the cluster differ between two namespaces', () => {
    const cluster = (namespace: string) =>
      names(render({ namespace, values: [POOL] })).filter((name) => name.includes(' -/'));
    const [hub, lab] = [cluster('hub'), cluster('lab')];
    expect(hub).toHaveLength(5);
    expect(hub.filter((name) => lab.includes(name))).toEqual([]);
    expect(hub.every((name) => name.endsWith('.hub'))).toBe(true);
  });

  test('follow the release, nameOverride and fullnameOverride', () => {
    const deployment = (asked: Parameters<typeof render>[0]) =>
      one(render(asked), 'Deployment').metadata.name;
    expect(deployment({ release: 'warm' })).toBe('warm-node-placeholder-scaler');
    expect(deployment({ release: 'node-placeholder-scaler' })).toBe('node-placeholder-scaler');
    expect(deployment({ values: [{ nameOverride: 'nodes' }] })).toBe('warm-nodes');
    expect(deployment({ values: [{ fullnameOverride: 'x' }] })).toBe('x');
  });
});

describe.skipIf(!canRender)(title('the pod'), () => {
  const deployment = (values: object = {}) => one(render({ values: [values] }), 'Deployment').spec;

  test('is restricted, probed, and starts the service', () => {
    const { template } = deployment(POOL);
    expect(template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    const [container] = template.spec.containers;
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.livenessProbe.httpGet.path).toBe('/livez');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect(container.image).toBe('node-placeholder-scaler:1.0.0');
    expect(container.args).toEqual([
      'run',
      '--values=/etc/node-placeholder-scaler/values.yaml',
      '--namespace=$(POD_NAMESPACE)',
      '--release=warm-node-placeholder-scaler',
      '--priority-class=warm-node-placeholder-scaler-placeholder.hub',
      '--port=8080',
      '--secrets-dir=/etc/node-placeholder-scaler-secrets',
      '--identity=$(POD_NAME)',
    ]);
  });

  test('starts with options that the command line knows', () => {
    const [command, ...args] = deployment({ ...POOL, replicaCount: 2 }).template.spec.containers[0].args;
    const known = commandLine().commands.find((known) => known.name() === command)?.options;
    const names = known?.map(({ long }) => long);
    for (const arg of args) expect(names).toContain(arg.split('=')[0]);
  });

  test('is not restarted by a change of pools: the settings are read again where they are', () => {
    const more = { nodePools: { ...POOL.nodePools, stat20: { nodeSelector: { a: 'b' } } }, leadTime: '10m' };
    expect(deployment(more)).toEqual(deployment(POOL));
  });

  test('with a second replica leads by lease, keeps apart and has a disruption budget', () => {
    const objects = render({ values: [{ replicaCount: 2 }] });
    const { replicas, template } = one(objects, 'Deployment').spec;
    expect(replicas).toBe(2);
    expect(template.spec.containers[0].args).toContain('--lease');
    expect(template.spec.affinity.podAntiAffinity).toBeDefined();
    expect(one(objects, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  test('never runs beside its successor', () => {
    expect(deployment().strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    });
  });
});

describe.skipIf(!canRender)(title('what goes with the release'), () => {
  const RELEASE = 'warm-node-placeholder-scaler';

  test('is an empty owner for each pool, the state and the lease, by the names that the scaler uses', () => {
    const values = { nodePools: { ...POOL.nodePools, gone: null }, replicaCount: 2 };
    const objects = render({ values: [values] });
    const empty = objects.filter(({ kind, data }) => kind === 'ConfigMap' && data === undefined);
    expect(names(empty)).toEqual([
      `ConfigMap hub/${ownerName(RELEASE, 'data8')}`,
      `ConfigMap hub/${stateName(RELEASE)}`,
    ]);
    expect(one(objects, 'Lease', leaseName(RELEASE))).not.toHaveProperty('spec');
  });

  test('is all there is: nothing is made by a hook or kept', () => {
    const { stdout } = runHelm('template', { values: [ORIGINAL, { replicaCount: 2 }] });
    expect(stdout).not.toMatch(/helm\.sh\/(hook|resource-policy)/);
  });
});

describe.skipIf(!canRender)(title('the priority class'), () => {
  const args = (values: object) =>
    one(render({ values: [values] }), 'Deployment').spec.template.spec.containers[0].args;

  test('has the value that the autoscaler still makes nodes for, and preempts nobody', () => {
    expect(one(render(), 'PriorityClass')).toMatchObject({
      value: -10,
      preemptionPolicy: 'Never',
      globalDefault: false,
    });
  });

  test('can have another name', () => {
    const values = { priorityClass: { name: 'spares' } };
    expect(one(render({ values: [values] }), 'PriorityClass').metadata.name).toBe('spares');
    expect(args(values)).toContain('--priority-class=spares');
  });

  test('can be one that is there, and must then be named', () => {
    const theirs = { priorityClass: { create: false, name: 'theirs' } };
    expect(args(theirs)).toContain('--priority-class=theirs');
    expect(render({ values: [theirs] }).some(({ kind }) => kind === 'PriorityClass')).toBe(false);
    expect(refusal({ priorityClass: { create: false } })).toContain('priorityClass.name is empty');
  });
});

describe.skipIf(!canRender)(title('the admission policy'), () => {
  const count = (values: object, version: string) =>
    render({ values: [values], args: ['--kube-version', version] }).filter(({ kind }) =>
      kind.startsWith('ValidatingAdmission'),
    ).length;

  test('is there from Kubernetes 1.30 on, unless the values say otherwise', () => {
    expect(count({}, '1.29.0')).toBe(0);
    expect(count({}, '1.30.0')).toBe(2);
    expect(count({}, '1.33.5-gke.1080000')).toBe(2);
    expect(count({ admissionPolicy: { enabled: false } }, '1.33.0')).toBe(0);
    expect(count({ admissionPolicy: { enabled: true } }, '1.29.0')).toBe(2);
  });

  test('is for the service account, the pools, the image and the priority class of this release', () => {
    const gpu = { nodeSelector: { a: 'b' }, maxReplicas: 2 };
    const values = { nodePools: { ...POOL.nodePools, gpu }, placeholderImage: 'x/pause:1' };
    const { spec } = one(render({ values: [values] }), 'ValidatingAdmissionPolicy');
    expect(spec.matchConditions[0].expression).toBe(
      "request.userInfo.username == 'system:serviceaccount:hub:warm-node-placeholder-scaler'",
    );
    const expressions = spec.validations.map(({ expression }: { expression: string }) => expression);
    expect(expressions).toContain(
      "object.spec.replicas <= {'data8-placeholder': 100, 'gpu-placeholder': 2}[object.metadata.name]",
    );
    expect(expressions).toContain(
      'variables.sameTemplate || object.spec.template.spec.containers.all(c, c.image == "x/pause:1")',
    );
    expect(expressions).toContain(
      `variables.sameTemplate || (object.spec.template.spec.?priorityClassName.orValue('') == "warm-node-placeholder-scaler-placeholder.hub")`,
    );
  });
});
