// What an affinity must look like for the API server to take it and for the cluster view to read it: lists are lists,
// texts are texts (k8s.io/api core/v1 Affinity). Fields that are not known here are left alone. Checked beside the
// schema, so that values.schema.json and docs/values.md do not spell out Kubernetes.
import { z } from 'zod';
import { kubernetesObject, text } from './fields.ts';

const list = <T extends z.ZodType>(item: T, example: string) =>
  z.array(item, { error: `a list, such as ${example}` });
const part = <T extends z.ZodRawShape>(fields: T, example: string) =>
  z.looseObject(fields, { error: `a mapping, such as ${example}` });
const inQuotes = text('a text; put numbers, true and false in quotes');

const EXPRESSION = '{key: hub.jupyter.org/pool-name, operator: In, values: [n2]}';
const TERM = `{matchExpressions: [${EXPRESSION}]}`;
const POD_TERM = '{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: jupyterhub}}}';

type Fit = (values: readonly string[]) => boolean;
const some: Fit = (values) => values.length > 0;
const none: Fit = (values) => values.length === 0;
const oneNumber: Fit = (values) => values.length === 1 && /^[+-]?\d+$/.test(values[0] as string);
const VALUES: Record<string, Fit> = {
  In: some,
  NotIn: some,
  Exists: none,
  DoesNotExist: none,
  Gt: oneNumber,
  Lt: oneNumber,
};

const expression = part(
  {
    key: text('the key of a label'),
    operator: z.enum(Object.keys(VALUES), { error: `one of ${Object.keys(VALUES).join(', ')}` }),
    values: list(inQuotes, '[n2, n2d]').nullish(),
  },
  EXPRESSION,
).refine(({ operator, values }) => (VALUES[operator] as Fit)(values ?? []), {
  path: ['values'],
  error:
    'a list for In and NotIn, one whole number in quotes for Gt and Lt, nothing for Exists and DoesNotExist',
});

const nodeTerm = part(
  {
    matchExpressions: list(expression, `[${EXPRESSION}]`).nullish(),
    matchFields: list(expression, '[{key: metadata.name, operator: In, values: [node-1]}]').nullish(),
  },
  TERM,
);
const nodeTerms = list(nodeTerm, `[${TERM}]`);

const weight = z
  .int({ error: 'a whole number from 1 to 100' })
  .min(1, 'a whole number from 1 to 100')
  .max(100, 'a whole number from 1 to 100');
const weightedNodeTerms = list(
  part({ weight, preference: nodeTerm }, `{weight: 100, preference: ${TERM}}`),
  `[{weight: 100, preference: ${TERM}}]`,
);

const labelSelector = part(
  {
    matchLabels: z.record(z.string(), inQuotes, { error: 'a mapping, such as {app: jupyterhub}' }).nullish(),
    matchExpressions: list(kubernetesObject('a mapping'), `[${EXPRESSION}]`).nullish(),
  },
  '{matchLabels: {app: jupyterhub}}',
);
const podTerm = part(
  {
    topologyKey: text('the key of a node label, such as kubernetes.io/hostname'),
    labelSelector: labelSelector.nullish(),
    namespaceSelector: labelSelector.nullish(),
    namespaces: list(inQuotes, '[hub]').nullish(),
  },
  POD_TERM,
);
const podTerms = part(
  {
    requiredDuringSchedulingIgnoredDuringExecution: list(podTerm, `[${POD_TERM}]`).nullish(),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      part({ weight, podAffinityTerm: podTerm }, `{weight: 100, podAffinityTerm: ${POD_TERM}}`),
      `[{weight: 100, podAffinityTerm: ${POD_TERM}}]`,
    ).nullish(),
  },
  `{requiredDuringSchedulingIgnoredDuringExecution: [${POD_TERM}]}`,
);

const affinityShape = part(
  {
    nodeAffinity: part(
      {
        requiredDuringSchedulingIgnoredDuringExecution: part(
          { nodeSelectorTerms: nodeTerms.min(1, `a list of one or more, such as [${TERM}]`) },
          `{nodeSelectorTerms: [${TERM}]}`,
        ).nullish(),
        preferredDuringSchedulingIgnoredDuringExecution: weightedNodeTerms.nullish(),
      },
      `{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${TERM}]}}`,
    ).nullish(),
    podAffinity: podTerms.nullish(),
    podAntiAffinity: podTerms.nullish(),
  },
  '{nodeAffinity: ...}',
);

/** A value that passes `schema` and looks like `shape`, of which only the problems are taken. */
function shaped<T extends z.ZodType>(schema: T, shape: z.ZodType): T {
  return schema.superRefine((value, context) => {
    for (const issue of shape.safeParse(value).error?.issues ?? [])
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  });
}

export const affinity = shaped(kubernetesObject('a Kubernetes affinity: {nodeAffinity: ...}'), affinityShape);

const terms = (what: string) => z.array(kubernetesObject(what), { error: `a list: ${what}` });

/** Of the short form: `nodeAffinity.required` and `nodeAffinity.preferred`. */
export const requiredNodeTerms = shaped(terms('node selector terms: [{matchExpressions: [...]}]'), nodeTerms);
export const preferredNodeTerms = shaped(
  terms('weighted terms: [{weight: 100, preference: {...}}]'),
  weightedNodeTerms,
);
