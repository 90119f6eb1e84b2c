import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../scaler/config/load.ts';

const load = (pools: string) => loadConfig(`nodePools:\n${pools}`, { file: 'values.yaml' });
const codes = (pools: string) =>
  load(pools).problems.map(({ code, severity, pool }) => `${severity} ${code} ${pool}`);
const SELECTOR = 'nodeSelector: {hub.jupyter.org/pool-name: a}';
const TERM = '{matchExpressions: [{key: hub.jupyter.org/pool-name, operator: In, values: [n2, n2d]}]}';

describe('which nodes', () => {
  test.each([
    'nodeSelector: {}',
    'nodeSelector:',
    'replicas: 1',
    'affinity: {}',
    'nodeAffinity: {preferred: []}',
  ])('a pool with only `%s` is refused: it would take every node', (pool) => {
    expect(codes(`  a: {${pool}}`)).toContain('error empty-selector a');
  });

  test('required node affinity does instead of a selector, in its short and its long form', () => {
    const long = `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${TERM}]}}}`;
    const pools = [`nodeAffinity: {required: [${TERM}]}`, long].map(
      (affinity) => load(`  a: {${affinity}}`).config?.pools[0],
    );
    expect(pools[0]).toEqual(pools[1]);
    expect(pools[0]).toMatchObject({ nodeSelector: {}, affinity: { nodeAffinity: expect.anything() } });
  });

  test('a selector without the key of nodePoolSelectorKey gets a warning', () => {
    expect(codes('  a: {nodeSelector: {pool: a}}')).toEqual(['warning doubtful-setting a']);
  });

  test('a label that is no text is refused', () => {
    expect(load('  a: {nodeSelector: {hub.jupyter.org/pool-name: 8}}').problems[0]?.message).toBe(
      'expected a text; put numbers, true and false in quotes, got 8',
    );
  });
});

describe('pools that share nodes', () => {
  test.each([
    ['the same selector', '{k: a}', '{k: a}', true],
    ['one selector within the other', '{k: a}', '{k: a, size: big}', true],
    ['selectors of which each says more', '{k: a, size: big}', '{k: a, zone: b}', false],
    ['other nodes', '{k: a}', '{k: b}', false],
  ])('%s', (_name, one, other, shared) => {
    const text = `  one: {nodeSelector: ${one}}\n  other: {nodeSelector: ${other}}\nnodePoolSelectorKey: k`;
    expect(codes(text)).toEqual(shared ? ['warning shared-nodes other'] : []);
  });

  test('the same required terms', () => {
    const pool = `{nodeAffinity: {required: [${TERM}]}}`;
    expect(codes(`  one: ${pool}\n  other: ${pool}`)).toEqual(['warning shared-nodes other']);
  });
});

describe('names', () => {
  const name = (length: number) => 'a'.repeat(length);
  test('up to 51 characters fit with the -placeholder of their Deployment', () => {
    expect(codes(`  ${name(51)}: {${SELECTOR}}`)).toEqual([]);
    expect(codes(`  ${name(52)}: {${SELECTOR}}`)).toEqual([`error wrong-setting ${name(52)}`]);
  });
  test.each(['Data8', 'data_8', 'data.8', '-data8', 'data8-'])('%s is refused', (pool) => {
    expect(codes(`  ${pool}: {${SELECTOR}}`)).toEqual([`error wrong-setting ${pool}`]);
  });
  test('a number is a name', () => {
    expect(load(`  101: {${SELECTOR}}`).config?.pools[0]?.name).toBe('101');
  });
});

describe('size', () => {
  test.each([
    ['60929654784', '60929654784'],
    ['57Gi', '57Gi'],
    ['57.5G', '57.5G'],
    ['6e10', '60000000000'],
    ['"6e10"', '6e10'],
  ])('memory: %s is passed on as %s', (typed, amount) => {
    const pool = load(`  a: {${SELECTOR}, resources: {requests: {memory: ${typed}}}}`).config?.pools[0];
    expect(pool?.resources).toEqual({ requests: { memory: amount } });
  });

  test.each(['64GB', '64 Gi', '-1Gi', '64gi', 'lots'])('memory: %s is refused', (typed) => {
    expect(
      load(`  a: {${SELECTOR}, resources: {requests: {memory: ${typed}}}}`).problems[0]?.message,
    ).toContain('expected a Kubernetes quantity');
  });

  test.each(['resources: auto', 'resources: {}', 'resources: {requests: {}}', 'resources:', 'replicas: 0'])(
    '`%s` is measured on the nodes',
    (pool) => {
      expect(load(`  a: {${SELECTOR}, ${pool}}`).config?.pools[0]?.resources).toBe('auto');
    },
  );

  test('limits alone count as requests, as in Kubernetes', () => {
    expect(codes(`  a: {${SELECTOR}, resources: {limits: {memory: 5Gi}}}`)).toEqual([]);
  });

  test.each(['{requests: {nvidia.com/gpu: 1}}', '{requests: {memory: 57000m}}'])(
    '%s is doubted',
    (resources) => {
      expect(codes(`  a: {${SELECTOR}, resources: ${resources}}`)).toEqual(['warning doubtful-setting a']);
    },
  );
});

test('a baseline above the maximum is doubted', () => {
  expect(codes(`  a: {${SELECTOR}, replicas: 5, maxReplicas: 3}`)).toEqual(['warning doubtful-setting a']);
});

test('a maximum of 0 is doubted: the pool could never be booked', () => {
  const { problems } = load(`  a: {${SELECTOR}, replicas: 2, maxReplicas: 0}`);
  expect(problems).toMatchObject([
    {
      severity: 'warning',
      where: 'nodePools.a.maxReplicas (values.yaml line 2)',
      message: 'expected at least 1, got 0: the pool gets no placeholder, whatever the calendar says',
    },
  ]);
});

test('a toleration is checked as Kubernetes would', () => {
  const problems = load(`  a: {${SELECTOR}, tolerations: [{key: a, operator: Exist}]}`).problems;
  expect(problems).toMatchObject([
    {
      where: 'nodePools.a.tolerations[0].operator (values.yaml line 2)',
      message: 'expected one of Exists, Equal, got "Exist"',
      pool: 'a',
    },
  ]);
});
