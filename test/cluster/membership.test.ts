import { describe, expect, it } from 'vitest';
import { membership } from '../../scaler/cluster/membership.ts';

const labels = { 'hub.jupyter.org/pool-name': 'data8', zone: 'a', cores: '8' };
const inTerms = (...nodeSelectorTerms: object[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
});
const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

describe('a node belongs to a pool', () => {
  it.each<[string, Parameters<typeof membership>[0], boolean]>([
    ['with every label of the selector', { nodeSelector: { zone: 'a', cores: '8' } }, true],
    ['not with only one of them', { nodeSelector: { zone: 'a', cores: '16' } }, false],
    ['not when the pool names nothing at all', { nodeSelector: {} }, false],
    [
      'not when the pool only prefers',
      {
        nodeSelector: {},
        affinity: {
          nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }] },
        },
      },
      false,
    ],
    [
      'by required affinity alone',
      { nodeSelector: {}, affinity: inTerms(expression('zone', 'In', 'a', 'b')) },
      true,
    ],
    [
      'only when selector and affinity agree',
      { nodeSelector: { zone: 'a' }, affinity: inTerms(expression('cores', 'In', '16')) },
      false,
    ],
    [
      'by any of the terms',
      { nodeSelector: {}, affinity: inTerms(expression('zone', 'In', 'z'), expression('cores', 'Exists')) },
      true,
    ],
    [
      'by all expressions of a term',
      {
        nodeSelector: {},
        affinity: inTerms({
          matchExpressions: [
            { key: 'zone', operator: 'In', values: ['a'] },
            { key: 'gpu', operator: 'Exists' },
          ],
        }),
      },
      false,
    ],
    [
      'NotIn: also without the label',
      { nodeSelector: {}, affinity: inTerms(expression('gpu', 'NotIn', 'yes')) },
      true,
    ],
    ['DoesNotExist', { nodeSelector: {}, affinity: inTerms(expression('zone', 'DoesNotExist')) }, false],
    ['Gt', { nodeSelector: {}, affinity: inTerms(expression('cores', 'Gt', '4')) }, true],
    ['Lt', { nodeSelector: {}, affinity: inTerms(expression('cores', 'Lt', '8')) }, false],
    [
      'by name',
      {
        nodeSelector: {},
        affinity: inTerms({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }),
      },
      true,
    ],
    [
      'not by another name',
      {
        nodeSelector: {},
        affinity: inTerms({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-2'] }] }),
      },
      false,
    ],
    ['not by an empty term', { nodeSelector: {}, affinity: inTerms({}) }, false],
    ['not when there is no term', { nodeSelector: { zone: 'a' }, affinity: inTerms() }, false],
    [
      'not by an operator that does not exist',
      { nodeSelector: {}, affinity: inTerms(expression('zone', 'Like', 'a')) },
      false,
    ],
  ])('%s', (_name, pool, expected) => {
    expect(membership(pool)('node-1', labels)).toBe(expected);
  });
});
