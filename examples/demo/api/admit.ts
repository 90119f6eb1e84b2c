// What a real API server does to an object before it keeps it, for the kinds that matter here: defaults, canonical
// quantities, the priority of a pod's class, and the refusals a scaler can run into (422, 400).
import { isDeepStrictEqual } from 'node:util';
import type { Deployment, KubeObject, Lease, Pod, PodSpec, ResourceName } from './objects.ts';
import { canonical } from './quantity.ts';
import { selects } from './selectors.ts';
import { Refused } from './status.ts';
import type { Store } from './store.ts';

function setDefaults(target: object, defaults: Record<string, unknown>): void {
  const fields = target as Record<string, unknown>;
  for (const [key, value] of Object.entries(defaults)) fields[key] ??= structuredClone(value);
}

function admitPodSpec(spec: PodSpec, where: string): void {
  setDefaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
  });
  if (!Array.isArray(spec.containers) || spec.containers.length === 0) {
    throw new Refused(422, `${where}.containers: Required value`);
  }
  for (const [index, container] of spec.containers.entries()) {
    setDefaults(container, {
      imagePullPolicy: /:(?!latest$)[^/]+$/.test(container.image ?? '') ? 'IfNotPresent' : 'Always',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      resources: {},
    });
    for (const list of [container.resources?.requests, container.resources?.limits]) {
      for (const [name, value] of Object.entries(list ?? {})) {
        try {
          if (list) list[name] = canonical(value);
        } catch (error) {
          throw new Refused(400, `${where}.containers[${index}].resources: ${(error as Error).message}`);
        }
      }
    }
    const { requests = {}, limits = {} } = container.resources ?? {};
    if (Object.keys(limits).length > 0 && container.resources) {
      container.resources.requests = { ...limits, ...requests };
    }
  }
}

function admitDeployment(deployment: Deployment, before: Deployment | undefined): void {
  const { name } = deployment.metadata;
  const invalid = (text: string) => new Refused(422, `Deployment.apps "${name}" is invalid: ${text}`);
  const { spec } = deployment;
  if (!spec?.template) throw invalid('spec.template: Required value');
  setDefaults(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate' },
  });
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    setDefaults(spec.strategy.rollingUpdate, { maxSurge: '25%', maxUnavailable: '25%' });
  }
  if (!Number.isInteger(spec.replicas) || spec.replicas < 0) {
    throw invalid(`spec.replicas: Invalid value: ${spec.replicas}: must be greater than or equal to 0`);
  }
  admitPodSpec(spec.template.spec, 'spec.template.spec');
  if (before && !isDeepStrictEqual(before.spec.selector, spec.selector)) {
    throw invalid(`spec.selector: Invalid value: ${JSON.stringify(spec.selector)}: field is immutable`);
  }
  if (!selects(spec.selector, spec.template.metadata?.labels)) {
    throw invalid(
      'spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`',
    );
  }
  deployment.status ??= {};
}

function admitPod(pod: Pod, store: Store): void {
  admitPodSpec(pod.spec, 'spec');
  const { priorityClassName } = pod.spec;
  if (priorityClassName?.startsWith('system-')) {
    pod.spec.priority ??= priorityClassName === 'system-node-critical' ? 2_000_001_000 : 2_000_000_000;
  } else if (priorityClassName) {
    const found = store.get('priorityclasses', { name: priorityClassName });
    if (!found) {
      const text = `pods "${pod.metadata.name}" is forbidden: no PriorityClass with name ${priorityClassName} was found`;
      throw new Refused(403, text);
    }
    pod.spec.priority = found.value;
    pod.spec.preemptionPolicy ??= found.preemptionPolicy;
  }
  setDefaults(pod.spec, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  pod.status ??= { phase: 'Pending' };
  pod.status.phase ??= 'Pending';
}

/** Go's layout of a MicroTime: exactly six digits after the point. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

function admitLease(lease: Lease): void {
  for (const field of ['acquireTime', 'renewTime']) {
    const value = lease.spec?.[field];
    if (value !== undefined && value !== null && !MICRO_TIME.test(String(value))) {
      const text = `parsing time "${value}" as "2006-01-02T15:04:05.000000Z07:00": cannot parse`;
      throw new Refused(400, `Lease in version "v1" cannot be handled as a Lease: ${text}`);
    }
  }
}

/** Changes `object` to what would be kept, or throws what a real server would refuse it with. */
export function admit(
  resource: ResourceName,
  { object, before, store }: { object: KubeObject; before?: KubeObject; store: Store },
): void {
  if (resource === 'deployments') admitDeployment(object as Deployment, before as Deployment | undefined);
  else if (resource === 'pods') admitPod(object as Pod, store);
  else if (resource === 'leases') admitLease(object as Lease);
}
