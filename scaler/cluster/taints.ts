// Whether a pool's pods could run on a tainted node, as the kube-scheduler sees it (k8s.io/component-helpers
// scheduling/corev1): only NoSchedule and NoExecute keep pods away, PreferNoSchedule does not.
import type { Toleration } from '../config/schema.ts';

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/** User nodes of zero-to-jupyterhub carry one of these, and every user pod and placeholder tolerates both. */
export const HUB_TOLERATIONS: readonly Toleration[] = [
  'hub.jupyter.org/dedicated',
  'hub.jupyter.org_dedicated',
].map((key) => ({ key, operator: 'Equal', value: 'user', effect: 'NoSchedule' }));

/** The taints by which an autoscaler says that it takes the node away, or would like to. */
const REMOVAL = new Set([
  'ToBeDeletedByClusterAutoscaler',
  'DeletionCandidateOfClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
]);

export function isRemovalTaint(taint: Taint): boolean {
  return REMOVAL.has(taint.key);
}

/** True when a taint keeps away pods with these tolerations (zero-to-jupyterhub's two are always added). */
export function keepsAway(taint: Taint, tolerations: readonly Toleration[]): boolean {
  if (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') return false;
  return !HUB_TOLERATIONS.some((t) => tolerates(t, taint)) && !tolerations.some((t) => tolerates(t, taint));
}

/** No key with `Exists` tolerates every taint; no effect means every effect. */
function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === taint.value;
}
