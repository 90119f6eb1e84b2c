import { describe, expect, it } from 'vitest';
import { differences, isSameValue, pathText, valueAt } from '../../scaler/plan/differences.ts';

const paths = (wanted: unknown, actual: unknown) =>
  differences(wanted, actual).map(({ path }) => pathText(path));

describe('two objects are the same in value when', () => {
  it.each<[string, unknown, unknown]>([
    ['their keys come in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ['the API server filled in what was not sent', { a: 1 }, { a: 1, filledIn: true }],
    [
      'it filled it in inside a list',
      [{ name: 'pause' }],
      [{ name: 'pause', terminationMessagePath: '/dev/log' }],
    ],
    [
      'quantities are written in another way',
      { requests: { cpu: '1', memory: '1Gi' } },
      { requests: { memory: '1024Mi', cpu: '1000m' } },
    ],
    ['a quantity is a number', { limits: { cpu: 2 } }, { limits: { cpu: '2' } }],
    ['what is empty is left out', { tolerations: [], affinity: {}, value: '' }, {}],
    ['an empty selector is there', { namespaceSelector: {} }, { namespaceSelector: {} }],
  ])('%s', (_, wanted, actual) => {
    expect(paths(wanted, actual)).toEqual([]);
  });
});

describe('two objects differ, and it is told where, when', () => {
  it.each<[string, unknown, unknown, string[]]>([
    [
      'a value is another',
      { template: { spec: { image: 'a' } } },
      { template: { spec: { image: 'b' } } },
      ['template.spec.image'],
    ],
    ['a value is missing', { a: { b: 1, c: 2 } }, { a: {} }, ['a.b', 'a.c']],
    ['a value is of another kind', { maxSurge: 0 }, { maxSurge: '0' }, ['maxSurge']],
    [
      'a list has more items',
      { tolerations: [{ key: 'a' }] },
      { tolerations: [{ key: 'a' }, { key: 'b' }] },
      ['tolerations'],
    ],
    ['a list has another order', { list: ['a', 'b'] }, { list: ['b', 'a'] }, ['list[0]', 'list[1]']],
    [
      'someone added to a node selector',
      { nodeSelector: { a: '1' } },
      { nodeSelector: { a: '1', b: '2' } },
      ['nodeSelector.b'],
    ],
    [
      'someone widened a toleration',
      { tolerations: [{ key: 'a' }] },
      { tolerations: [{ key: 'a', operator: 'Exists' }] },
      ['tolerations[0].operator'],
    ],
    [
      'we no longer send a resource',
      { resources: { requests: { cpu: '1' } } },
      { resources: { requests: { cpu: '1', memory: '1Gi' } } },
      ['resources.requests.memory'],
    ],
    [
      'we no longer send resources at all',
      { name: 'pause' },
      { name: 'pause', resources: { limits: { cpu: '1' } } },
      ['resources'],
    ],
    [
      'we no longer send an affinity',
      { affinity: { podAntiAffinity: { a: 1 } } },
      { affinity: { podAntiAffinity: { a: 1 }, nodeAffinity: { b: 1 } } },
      ['affinity.nodeAffinity'],
    ],
    ['a selector of everything is gone', { namespaceSelector: {} }, {}, ['namespaceSelector']],
    ['a quantity cannot be read', { requests: { cpu: '1' } }, { requests: { cpu: 'one' } }, ['requests.cpu']],
    [
      'cpu differs by less than a whole one',
      { requests: { cpu: '100m' } },
      { requests: { cpu: '200m' } },
      ['requests.cpu'],
    ],
  ])('%s', (_, wanted, actual, expected) => {
    expect(paths(wanted, actual)).toEqual(expected);
  });
});

describe('a value inside an object', () => {
  it('is found by its path, and absent where there is none', () => {
    const object = { containers: [{ image: 'a' }] };
    expect(valueAt(object, ['containers', 0, 'image'])).toBe('a');
    expect(valueAt(object, ['containers', 1, 'image'])).toBeUndefined();
    expect(valueAt(null, ['containers'])).toBeUndefined();
  });

  it('is compared as what it is there: quantities by value', () => {
    expect(isSameValue('1', '1000m', ['requests', 'cpu'])).toBe(true);
    expect(isSameValue('1', '1000m', ['labels', 'cpu'])).toBe(false);
    expect(isSameValue({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(isSameValue({ a: 1, b: 2 }, { a: 1 })).toBe(false);
  });
});
