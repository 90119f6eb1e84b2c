// What the API server lets the scaler make: its placeholders, and nothing else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../cluster/processes.ts';
import {
  type ClusterWithHelm,
  canStart,
  clusterTitle,
  deployments,
  RELEASE,
  startClusterWithHelm,
} from './cluster.ts';
import { POOL } from './helm.ts';

describe.skipIf(!canStart)(clusterTitle('in a real API server'), () => {
  let cluster: ClusterWithHelm;
  beforeAll(async () => {
    cluster = await startClusterWithHelm('hub');
    cluster.helm('install', [POOL]);
  });
  afterAll(() => cluster?.stop());

  test('the policy is read without a doubt about its types, and in force', async () => {
    const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${RELEASE}.hub`;
    const checked = await until('the policy to be type-checked', async () => {
      const { status } = (await cluster.call('GET', path)) as { status?: { typeChecking?: object } };
      return status?.typeChecking;
    });
    expect(checked).toEqual({});
    await until('the policy to be in force', async () => {
      return (await cluster.apply(await cluster.placeholder('data8', 101))).status === 422 || undefined;
    });
  });

  test('the scaler may make its placeholders', async () => {
    expect((await cluster.apply(await cluster.placeholder('data8'))).status).toBeLessThan(300);
    expect(await cluster.apply(await cluster.placeholder('data8', 3))).toMatchObject({ status: 200 });
  });

  // biome-ignore lint/suspicious/noExplicitAny: each row breaks the manifest in one place
  type Break = (spec: any, pod: any, container: any) => unknown;
  const image = 'registry.k8s.io/pause:3.10';
  const rows: [string, Break][] = [
    ['above the maxReplicas', (spec) => Object.assign(spec, { replicas: 101 })],
    ['the pod labels must be', (spec) => Object.assign(spec.template.metadata.labels, { more: 'x' })],
    ['the pod labels must be', (spec) => Object.assign(spec.template.metadata, { annotations: { a: 'b' } })],
    ['exactly one container', (_, pod) => pod.containers.push({ name: 'b', image })],
    [
      `the image must be ${image}, not evil`,
      (_, __, container) => Object.assign(container, { image: 'evil' }),
    ],
    [
      'init containers are not allowed',
      (_, pod) => Object.assign(pod, { initContainers: [{ name: 'i', image }] }),
    ],
    ['command, args, env', (_, __, container) => Object.assign(container, { command: ['sh'] })],
    ['ports, probes', (_, __, container) => Object.assign(container, { ports: [{ containerPort: 1 }] })],
    ['volumes are not allowed', (_, pod) => Object.assign(pod, { volumes: [{ name: 'v', emptyDir: {} }] })],
    [
      'volumes are not allowed',
      (_, pod) => Object.assign(pod, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
    ],
    ['hostNetwork, hostPID', (_, pod) => Object.assign(pod, { hostNetwork: true })],
    ['hostNetwork, hostPID', (_, pod) => Object.assign(pod, { hostPID: true })],
    ['nodeName, runtimeClassName', (_, pod) => Object.assign(pod, { nodeName: 'core-1' })],
    ['automountServiceAccountToken', (_, pod) => Object.assign(pod, { automountServiceAccountToken: true })],
    ['serviceAccountName must be', (_, pod) => Object.assign(pod, { serviceAccountName: 'admin' })],
    [
      'priorityClassName must be',
      (_, pod) => Object.assign(pod, { priorityClassName: 'system-node-critical' }),
    ],
    ['must set runAsNonRoot', (_, pod) => Object.assign(pod.securityContext, { runAsNonRoot: false })],
    [
      'must set runAsNonRoot',
      (_, __, container) => Object.assign(container.securityContext, { runAsUser: 0 }),
    ],
    [
      'type RuntimeDefault',
      (_, pod) => Object.assign(pod.securityContext, { seccompProfile: { type: 'Unconfined' } }),
    ],
    [
      'readOnlyRootFilesystem',
      (_, __, container) => Object.assign(container.securityContext, { readOnlyRootFilesystem: false }),
    ],
    [
      'and nothing privileged',
      // The API server itself refuses a privileged container that may not escalate its privileges.
      (_, __, container) =>
        Object.assign(container.securityContext, { privileged: true, allowPrivilegeEscalation: true }),
    ],
    [
      'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      (_, __, container) => Object.assign(container.securityContext, { privileged: true }),
    ],
    [
      'drop the capabilities',
      (_, __, container) => Object.assign(container.securityContext.capabilities, { add: ['NET_RAW'] }),
    ],
    [
      'terminationGracePeriodSeconds',
      (_, pod) => Object.assign(pod, { terminationGracePeriodSeconds: 3600 }),
    ],
    ['finalizers', (spec) => Object.assign(spec.template.metadata, { finalizers: ['example.org/stay'] })],
    ['finalizers', (_, pod) => Object.assign(pod, { schedulingGates: [{ name: 'example.org/wait' }] })],
    ['another scheduler', (_, pod) => Object.assign(pod, { schedulerName: 'mine' })],
    [
      'seLinuxOptions, appArmorProfile',
      (_, pod) => Object.assign(pod.securityContext, { appArmorProfile: { type: 'Unconfined' } }),
    ],
    [
      'seLinuxOptions, appArmorProfile',
      (_, __, container) =>
        Object.assign(container.securityContext, { seLinuxOptions: { type: 'spc_t', user: 'u', role: 'r' } }),
    ],
    [
      'sysctls',
      (_, pod) =>
        Object.assign(pod.securityContext, { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] }),
    ],
  ];

  test.each(rows)('and nothing that is refused with: %s', async (message, change) => {
    const manifest = structuredClone(await cluster.placeholder('data8'));
    const { spec } = manifest as unknown as { spec: { template: { spec: { containers: object[] } } } };
    change(spec, spec.template.spec, spec.template.spec.containers[0]);
    const answer = await cluster.apply(manifest);
    expect(answer.message).toContain(message);
    expect(answer.status).toBe(422);
  });

  describe('what somebody else put into the pod template', () => {
    const edit = async (template: object) => {
      const { status } = await cluster.apply(await cluster.placeholder('data8', 1));
      expect(status).toBeLessThan(300);
      await cluster.call('PATCH', `${deployments('hub')}/data8-placeholder`, {
        body: { spec: { template } },
        contentType: 'application/strategic-merge-patch+json',
        query: { fieldManager: 'somebody' },
      });
    };
    const applied = async (change: Break, replicas = 5) => {
      const manifest = structuredClone(await cluster.placeholder('data8', replicas));
      const { spec } = manifest as unknown as { spec: { template: { spec: { containers: object[] } } } };
      change(spec, spec.template.spec, spec.template.spec.containers[0]);
      return cluster.apply(manifest);
    };
    const restarted = { 'kubectl.kubernetes.io/restartedAt': '2026-11-23T09:00:00Z' };
    const smaller: Break = (_, __, container) =>
      Object.assign(container, { resources: { requests: { memory: '1Gi' } } });

    test.each([
      ['an annotation, as `kubectl rollout restart` does', { metadata: { annotations: restarted } }],
      ['a label', { metadata: { labels: { team: 'x' } } }],
    ])('is no obstacle: %s', async (_, template) => {
      await edit(template);
      expect(await applied(() => undefined)).toMatchObject({ status: 200 });
      expect(await applied(smaller)).toMatchObject({ status: 200 });
      expect(
        await applied((spec) => Object.assign(spec.template.metadata, { annotations: { mine: 'x' } })),
      ).toMatchObject({
        status: 422,
      });
      await edit({ metadata: { annotations: null, labels: { team: null } } });
    });

    test('never keeps the scaler from changing the count: a container', async () => {
      await edit({ spec: { containers: [{ name: 'b', image }] } });
      expect(await applied(() => undefined)).toMatchObject({ status: 200 });
      expect((await applied(smaller)).message).toContain('exactly one container');
      await edit({ spec: { containers: [{ name: 'b', $patch: 'delete' }] } });
    });
  });

  test('nor anything under another name', async () => {
    const manifest = await cluster.placeholder('data8');
    manifest.metadata.name = 'other-placeholder';
    expect(await cluster.apply(manifest)).toMatchObject({ status: 403 });
  });
});
