// The pool settings as they are typed in the values: which nodes are a pool's, how large its placeholders are, how many
// stand ready when nothing is booked.
import { z } from 'zod';
import { affinity, preferredNodeTerms, requiredNodeTerms } from './affinity-values.ts';
import { duration, label, labelMap, optional, quantity, setting, wholeNumber } from './fields.ts';
import { toleration } from './toleration-values.ts';

/** `<pool>-placeholder` is the name of a Deployment and must fit in 63 characters. */
export const LONGEST_POOL_NAME = 63 - '-placeholder'.length;

export const poolName = label(LONGEST_POOL_NAME);

export const DEFAULT_MAX_REPLICAS = 100;

const amounts = z.record(z.string(), quantity(), {
  error: 'amounts by resource, such as {memory: 57Gi, cpu: "7"}',
});

const placeholderResources = z.union(
  [
    z.literal('auto'),
    z.strictObject({
      requests: optional(amounts, { text: 'What a placeholder asks for.', example: { memory: '57Gi' } }),
      limits: optional(amounts, { text: 'Limits; needed for GPUs, where they equal the requests.' }),
    }),
  ],
  { error: 'auto, or amounts such as {requests: {memory: 57Gi}}' },
);

export const poolSettings = z.strictObject(
  {
    nodeSelector: optional(labelMap(), {
      text: 'Labels that a node of this pool has, all of them. Needed, unless the affinity requires node labels: with neither, the pool would take the core nodes.',
      example: { 'hub.jupyter.org/pool-name': 'data8-pool' },
    }),
    affinity: optional(affinity, {
      text: "Kubernetes affinity of the placeholders. A pool's nodes must match the required node affinity, too.",
    }),
    nodeAffinity: optional(
      z.strictObject(
        {
          required: optional(requiredNodeTerms, {
            text: 'Node selector terms of which one must match.',
          }),
          preferred: optional(preferredNodeTerms, {
            text: 'Weighted terms.',
          }),
        },
        { error: '{required: [...], preferred: [...]}' },
      ),
      {
        text: 'Short form of `affinity.nodeAffinity`, for a pool whose nodes come from several node groups.',
        example: {
          required: [
            {
              matchExpressions: [{ key: 'hub.jupyter.org/pool-name', operator: 'In', values: ['n2', 'n2d'] }],
            },
          ],
        },
      },
    ),
    tolerations: setting(z.array(toleration, { error: 'a list of tolerations' }), [], {
      text: 'Tolerations of the placeholders, beside the two `hub.jupyter.org` ones of user pods that they always have.',
      example: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    }),
    resources: setting(placeholderResources, 'auto', {
      text: "Size of a placeholder: a little less than a whole node, so that one user's pod pushes it out. `auto` measures it on the pool's nodes.",
      example: { requests: { memory: '57Gi', cpu: '7' } },
    }),
    replicas: setting(wholeNumber(), 0, {
      text: 'The baseline: spare nodes kept when nothing is booked.',
      example: 1,
    }),
    maxReplicas: setting(wholeNumber(), DEFAULT_MAX_REPLICAS, {
      text: 'More than this is never asked for, whatever the calendar says.',
    }),
    leadTime: optional(duration({ most: '3d' }), {
      text: 'Overrides the `leadTime` of all pools.',
      example: '15m',
    }),
    holdTime: optional(duration({ most: '3d' }), {
      text: 'Overrides the `holdTime` of all pools.',
      example: '5m',
    }),
  },
  { error: 'a pool: {nodeSelector: {...}, resources: ..., replicas: ...}' },
);

export const nodePools = setting(
  z.record(z.string(), poolSettings.nullish(), { error: 'pools by name' }),
  {},
  {
    text: 'The pools, by the short name that people type into the calendar. Empty: the scaler runs and does nothing.',
    example: {
      data8: { nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' }, resources: 'auto', replicas: 0 },
    },
  },
);
