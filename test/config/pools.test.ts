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

describe('what the API server would refuse', () => {
  const LONG = 'x'.repeat(64);
  test.each([
    ['nodeSelector: {k: "two words"}', 'nodeSelector.k: expected a label value', 'got "two words"'],
    [`nodeSelector: {k: ${LONG}}`, 'nodeSelector.k: expected a label value: up to 63', 'got "xxx'],
    ['nodeSelector: {a/b/c: d}', 'nodeSelector["a/b/c"]: expected a label whose key is like', 'got "d"'],
    [`${SELECTOR}, tolerations: [{key: a b}]`, 'tolerations[0].key: expected a label key', 'got "a b"'],
    [
      `${SELECTOR}, tolerations: [{key: a, value: -b}]`,
      'tolerations[0].value: expected a label value',
      '"-b"',
    ],
    [
      `${SELECTOR}, tolerations: [{effect: NoSchedule}]`,
      'operator: expected Exists where no key',
      'got nothing',
    ],
    [
      `${SELECTOR}, tolerations: [{key: a, operator: Exists, value: b}]`,
      'value: expected no value',
      'got "b"',
    ],
    [
      `${SELECTOR}, tolerations: [{key: a, tolerationSeconds: 1}]`,
      'Seconds: expected effect NoExecute',
      'got 1',
    ],
    [`${SELECTOR}, tolerations: {key: a}`, 'tolerations: expected a list of tolerations', 'got a mapping'],
    [
      `${SELECTOR}, resources: {requests: {memroy: 5Gi}}`,
      'a resource of Kubernetes (did you mean "memory"?)',
      '"memroy"',
    ],
    [
      `${SELECTOR}, resources: {limits: {nvidia.com/gpu: 0.5}}`,
      'expected a whole number of devices',
      '"0.5"',
    ],
    [
      `${SELECTOR}, resources: {requests: {cpu: 2}, limits: {cpu: 1900m}}`,
      'cpu: expected at most the limit, 1900m',
      '"2"',
    ],
    [
      `${SELECTOR}, resources: {requests: {cpu: "1e${'9'.repeat(30)}"}}`,
      'expected a Kubernetes quantity',
      'got ',
    ],
  ])('in {%s} is refused by the name of the setting', (pool, where, got) => {
    const { config, problems } = load(`  a: {${pool}}`);
    const all = problems.map(({ where, message }) =>
      `${where}: ${message}`.replace(' (values.yaml line 2)', ''),
    );
    expect(config).toBeUndefined();
    expect(all.filter((each) => each.includes(where) && each.includes(got))).toHaveLength(1);
  });

  test.each(['placeholderImage: ""', 'placeholderImage: "pause 3.10"', 'nodePoolSelectorKey: "a b"'])(
    'in %s is refused',
    (text) => {
      expect(loadConfig(text, { file: 'values.yaml' }).problems).toMatchObject([{ severity: 'error' }]);
    },
  );
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
