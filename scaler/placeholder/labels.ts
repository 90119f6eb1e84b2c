// The labels and the annotation by which placeholders, their Deployments and a person's override are recognised.
// The chart's admission policy, the watches and the manifest all go by these words: change one, change all.

/** Value of the label `app`, as the original's placeholders carry it: one selector finds both. */
export const APP = 'node-placeholder-scaler';

/** Value of the label `component`. */
export const COMPONENT = 'placeholder';

/** Label (and part of the selector) that says which pool a placeholder belongs to. The original's have none. */
export const POOL_LABEL = 'node-placeholder-scaler/pool';

/** Annotation on a placeholder Deployment with which a person sets the count: `"5"` or `"5 until 2026-11-23T12:30"`. */
export const MANUAL_ANNOTATION = 'node-placeholder-scaler/replicas';

/** Owner of the fields that the scaler applies, and sender of its Events. */
export const FIELD_MANAGER = 'node-placeholder-scaler';

/** What every placeholder carries, of any pool, release and namespace. */
export const COMMON_LABELS: Readonly<Record<string, string>> = { app: APP, component: COMPONENT };

/** The pod template's labels, which are also the Deployment's selector: exactly these three. */
export function podLabels(pool: string): Record<string, string> {
  return { ...COMMON_LABELS, [POOL_LABEL]: pool };
}
