import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../scaler/config/load.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const SELECTOR = 'nodeSelector: {hub.jupyter.org/pool-name: a}';
const load = (setting: string) =>
  loadConfig(`nodePools:\n  a:\n    ${SELECTOR}\n    ${setting}\n`, { file: 'values.yaml' });
const errors = (setting: string) =>
  load(setting)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ where, message }) => `${where.replace(' (values.yaml line 4)', '')}: ${message}`);

describe('an affinity', () => {
  test.each([
    [
      '{podAntiAffinity: {R: {topologyKey: x}}}',
      'podAntiAffinity.R: expected a list, such as [{topologyKey:',
    ],
    [
      '{podAffinity: {R: [{labelSelector: {}}]}}',
      'podAffinity.R[0].topologyKey: expected the key of a node label',
    ],
    [
      '{podAffinity: {P: [{weight: 101, podAffinityTerm: {topologyKey: x}}]}}',
      '.weight: expected a whole number from 1 to 100, got 101',
    ],
    ['{podAntiAffinity: true}', 'podAntiAffinity: expected a mapping, such as'],
    ['{nodeAffinity: [R]}', 'nodeAffinity: expected a mapping, such as'],
    [
      '{nodeAffinity: {R: [{matchExpressions: []}]}}',
      'nodeAffinity.R: expected a mapping, such as {nodeSelectorTerms:',
    ],
    ['{nodeAffinity: {R: {nodeSelectorTerms: []}}}', 'nodeSelectorTerms: expected a list of one or more'],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: {matchExpressions: []}}}}',
      'nodeSelectorTerms: expected a list, such as',
    ],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: [{matchExpressions: {key: a}}]}}}',
      'matchExpressions: expected a list, such as',
    ],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Is}]}]}}}',
      'operator: expected one of In, NotIn',
    ],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: n2}]}]}}}',
      'values: expected a list, such as [n2, n2d], got "n2"',
    ],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [8]}]}]}}}',
      'values[0]: expected a text; put numbers, true and false in quotes, got 8',
    ],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}',
      'values: expected a list for In and NotIn',
    ],
    [
      '{nodeAffinity: {R: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: [many]}]}]}}}',
      'one whole number in quotes for Gt and Lt',
    ],
  ])('like %s is refused with the place and a right example', (affinity, problem) => {
    const inFull = (text: string) => text.replace(/\bR\b/, REQUIRED).replace(/\bP\b/, PREFERRED);
    const [first, ...more] = errors(`affinity: ${inFull(affinity)}`);
    expect(first).toContain(inFull(problem));
    expect(first).toMatch(/^nodePools\.a\.affinity\./);
    expect(more).toEqual([]);
  });

  test.each([
    '{}',
    '{nodeAffinity: null, podAffinity: null, podAntiAffinity: null}',
    '{nodeAffinity: {P: [{weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}], R:}}',
    '{nodeAffinity: {R: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n]}]}]}}}',
    '{podAffinity: {R: [{topologyKey: x, namespaces: [hub], labelSelector: {matchLabels: {app: a}}, aNewField: [1]}]}}',
    '{aNewKind: {of: [affinity]}}',
  ])('like %s is accepted, also with fields that are not known here', (affinity) => {
    expect(errors(`affinity: ${affinity.replace(/\bR\b/, REQUIRED).replace(/\bP\b/, PREFERRED)}`)).toEqual(
      [],
    );
  });

  test('in its short form is looked at, too', () => {
    expect(
      errors('nodeAffinity: {required: [{matchExpressions: {key: a}}], preferred: [{weight: 0}]}'),
    ).toEqual([
      expect.stringContaining(
        'nodePools.a.nodeAffinity.required[0].matchExpressions: expected a list, such as',
      ),
      expect.stringContaining('nodePools.a.nodeAffinity.preferred[0].weight: expected a whole number from 1'),
      expect.stringContaining(
        'nodePools.a.nodeAffinity.preferred[0].preference: expected a mapping, such as',
      ),
    ]);
  });
});
