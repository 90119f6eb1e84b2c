import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../scaler/config/load.ts';
import type { Problem } from '../../scaler/problem.ts';

const secrets: Record<string, string> = { 'calendars/url': 'https://calendar.example.edu/secret-path.ics\n' };

function load(text: string) {
  return loadConfig(text, { file: 'values.yaml', readSecret: (secret, key) => secrets[`${secret}/${key}`] });
}

const POOL = 'nodePools:\n  data8:\n    nodeSelector: {hub.jupyter.org/pool-name: data8-pool}\n';
const lines = (problems: Problem[]) =>
  problems.map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
const problemsOf = (text: string) => lines(load(text).problems);

describe('values without problems', () => {
  test.each(['{}', 'nodePools: {}'])('%s is a scaler that does nothing', (text) => {
    const { config, problems } = load(text);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      feeds: [],
      pools: [],
      cpuThreshold: 0.2,
      memoryThreshold: 0.2,
      overlap: 'max',
    });
    expect(config).toMatchObject({
      nodeGracePeriodMs: 600_000,
      pollIntervalMs: 60_000,
      feedMaxAgeMs: 7 * 86_400_000,
    });
  });

  test('null means the default, at every level', () => {
    const text = `${POOL}    replicas:\n    maxReplicas: null\n    tolerations:\n  gone:\ncalendars:\ncalendarLimits: {events: null}\ntolerations:\nimage:\n`;
    const { config, problems } = load(text);
    expect(problems).toEqual([]);
    expect(config?.pools).toEqual([
      {
        name: 'data8',
        nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' },
        tolerations: [],
        resources: 'auto',
        baseline: 0,
        maxReplicas: 100,
        leadTimeMs: 0,
        holdTimeMs: 0,
      },
    ]);
    expect(config?.calendarLimits.events).toBe(50_000);
  });

  test('what only the chart reads is accepted, and what parent charts add', () => {
    expect(
      problemsOf(
        'global: {a: 1}\nenabled: true\nreplicaCount: 2\npodMonitor: {enabled: true}\ngrafana: {url: x}\n',
      ),
    ).toEqual([]);
  });

  test("a pool's lead and hold time override those of all pools", () => {
    const { config } = load(`leadTime: 10m\nholdTime: 300\n${POOL}    leadTime: 1h30m\n`);
    expect(config?.pools[0]).toMatchObject({ leadTimeMs: 90 * 60_000, holdTimeMs: 300_000 });
  });

  test('limits of a calendar can be set one by one', () => {
    const { config } = load('calendarLimits: {events: 60000, deadline: 30s}');
    expect(config?.calendarLimits).toMatchObject({
      events: 60_000,
      deadlineMs: 30_000,
      bodyBytes: 20_000_000,
    });
  });

  test('anchors and merge keys work as in Helm', () => {
    const text =
      'nodePools:\n  a: &a\n    nodeSelector: {hub.jupyter.org/pool-name: a}\n    replicas: 2\n  b:\n    <<: *a\n    nodeSelector: {hub.jupyter.org/pool-name: b}\n';
    expect(load(text).config?.pools.map(({ name, baseline }) => [name, baseline])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });
});

describe('values of a parent chart', () => {
  const nested = (key: string, rest = '') => `${rest}${key}:\n${POOL.replace(/^(?=.)/gm, '  ')}`;

  test("are found under the chart's name", () => {
    const { config, problems } = load(
      nested('node-placeholder-scaler', 'jupyterhub: {hub: {}}\nimage: {x: 1}\n'),
    );
    expect(problems).toEqual([]);
    expect(config?.pools).toHaveLength(1);
  });

  test('are found under an alias', () => {
    expect(load(nested('warm-nodes', 'jupyterhub: {hub: {}}\n')).config?.pools).toHaveLength(1);
  });

  test("are not looked for when the values are the chart's own", () => {
    expect(problemsOf(`${POOL}node-placeholder-scaler: {replicaCount: 1}\n`)).toEqual([
      'error node-placeholder-scaler (values.yaml line 4): expected a known setting, got "node-placeholder-scaler"; all settings are listed in docs/values.md',
    ]);
  });

  test('are named with their whole path', () => {
    expect(problemsOf(`${nested('warm-nodes')}      replicas: -1\n`)).toEqual([
      'error warm-nodes.nodePools.data8.replicas (values.yaml line 5): expected a whole number from 0 up, got -1',
    ]);
  });
});

describe('unknown keys', () => {
  test('are refused with their line and the nearest known key', () => {
    expect(problemsOf('calendarURL: https://x.example.edu/secret\nscaling-strategy: cpu\n')).toEqual([
      'error calendarURL (values.yaml line 1): expected a known setting, got "calendarURL"; did you mean "calendarUrl"?',
      'error scaling-strategy (values.yaml line 2): expected a known setting, got "scaling-strategy"; did you mean "scalingStrategy"?',
    ]);
  });

  test('far from any known key get the list where it is short', () => {
    expect(problemsOf(`${POOL}    minimum: 1\n`)[0]).toContain('known here: nodeSelector, affinity,');
    expect(problemsOf('jupyterhub: {}\n')).toEqual([
      'error jupyterhub (values.yaml line 1): expected a known setting, got "jupyterhub"; all settings are listed in docs/values.md',
    ]);
  });

  test('of a pool pasted without its indentation are told where they belong', () => {
    const pasted =
      'nodePools:\n  user:\n    nodeSelector:\n    hub.jupyter.org/pool-name: user\n    resources:\n    requests:\n      memory: 60929654784\n    replicas: 1\n';
    const { config, problems } = load(pasted);
    expect(config).toBeUndefined();
    expect(lines(problems)).toEqual([
      'error nodePools.user.nodeSelector (values.yaml line 3): expected at least one node label, got none: the pool would take every node, the core nodes too',
      'error nodePools.user["hub.jupyter.org/pool-name"] (values.yaml line 4): "hub.jupyter.org/pool-name" looks like it belongs under nodePools.user.nodeSelector: indent it by two more spaces',
      'error nodePools.user.requests (values.yaml line 6): "requests" looks like it belongs under nodePools.user.resources: indent it by two more spaces',
    ]);
    expect(problems[0]?.example).toContain('nodeSelector:\n  hub.jupyter.org/pool-name:');
  });
});

test('settings of a pool that stand beside it are told where they belong', () => {
  expect(
    problemsOf('nodePools:\n  user:\n  nodeSelector:\n    hub.jupyter.org/pool-name: user\n  replicas: 1\n'),
  ).toEqual([
    'error nodePools.nodeSelector (values.yaml line 3): expected the name of a pool, got "nodeSelector", which looks like it belongs under the pool above it: indent it by two more spaces',
    'error nodePools.replicas (values.yaml line 5): expected the name of a pool, got "replicas", which looks like it belongs under the pool above it: indent it by two more spaces',
  ]);
});

test('an amount that stands beside requests is told where it belongs', () => {
  expect(problemsOf(`${POOL}    resources: {memory: 5Gi}\n`)).toEqual([
    'error nodePools.data8.resources.memory (values.yaml line 4): "memory" looks like it belongs under nodePools.data8.resources.requests: indent it by two more spaces',
  ]);
});

test("a pool's bad name and what is wrong inside it are told at once", () => {
  const name =
    "expected a name of at most 51 lower-case letters, digits and '-', beginning and ending with a letter or digit";
  expect(problemsOf(POOL.replace('data8:', 'Stat_20:').concat('    replicas: -1\n'))).toEqual([
    `error nodePools.Stat_20 (values.yaml line 2): ${name}, got "Stat_20"`,
    'error nodePools.Stat_20.replicas (values.yaml line 4): expected a whole number from 0 up, got -1',
  ]);
  expect(problemsOf('nodePools:\n  Stat_20: 5\n')[0]).toContain(name);
});

test('what is wrong with one setting hides nothing of one whose name begins alike', () => {
  expect(problemsOf('calendarUrl: ftp://x.example.edu/a\ncalendarUrlFrom: {secret: a}\n')).toEqual([
    expect.stringContaining('calendarUrl (values.yaml line 1): expected an address with https'),
    expect.stringContaining('calendarUrlFrom.key '),
  ]);
});

test('a number where a text is expected gets itself in quotes as the right example', () => {
  const { problems } = load('nodePools:\n  data8:\n    nodeSelector: {pool: 1.10}\n');
  expect(problems[0]).toMatchObject({
    message: 'expected a text; put numbers, true and false in quotes, got 1.1',
    example: 'pool: "1.10"',
  });
});

test('one error is enough for no config, warnings are not', () => {
  expect(load('nodePools: {a: {nodeSelector: {}}}').config).toBeUndefined();
  expect(load('nodePools: {a: {nodeSelector: {b: c}}}')).toMatchObject({
    config: { pools: [{ name: 'a' }] },
    problems: [{ severity: 'warning' }],
  });
});

test('every problem is reported at once, whatever kind it is, in the order of the file', () => {
  const text = `${POOL}    replicas: "1"
  data9: {nodeSelector: {a: b}, resources: {requests: {memory: 64GB}}}
  Data_10: {nodeSelector: {hub.jupyter.org/pool-name: x}}
scalingStrategy: memory
calendarTimezone: America/Los Angeles
cpuThreshold: 20
calendars:
  - name: exams
    usernameFrom: {secret: a}
  - name: exams
    url: https://calendar.example.edu/a.ics
`;
  expect(problemsOf(text)).toEqual([
    'error nodePools.data8.replicas (values.yaml line 4): expected a whole number from 0 up, got "1"',
    'error nodePools.data9.resources.requests.memory (values.yaml line 5): expected a Kubernetes quantity, such as 57Gi for memory or 3500m for cpu, got "64GB"',
    'warning nodePools.data9.nodeSelector (values.yaml line 5): expected the label hub.jupyter.org/pool-name (nodePoolSelectorKey), got a selector without it; the pool is served by the labels it names',
    'error nodePools.Data_10 (values.yaml line 6): expected a name of at most 51 lower-case letters, digits and \'-\', beginning and ending with a letter or digit, got "Data_10"',
    'error scalingStrategy (values.yaml line 7): expected one of cpu, mem, balanced, got "memory"',
    'error calendarTimezone (values.yaml line 8): expected the IANA name of a time zone, got "America/Los Angeles"; did you mean "America/Los_Angeles"?',
    'warning cpuThreshold (values.yaml line 9): expected a ratio from 0 to 1, got 20, which is read as 20 %',
    'error calendars[0].usernameFrom.key (values.yaml line 12): expected a key of that Secret, got nothing',
    'error calendars[1].name (values.yaml line 13): expected a name of its own, got "exams" a second time',
  ]);
});

describe('ratios', () => {
  test.each([
    ['0.35', 0.35, 0],
    ['35', 0.35, 1],
    ['1', 1, 0],
    ['100', 1, 1],
    ['"35%"', 0.35, 0],
    ['"0.35"', 0.35, 0],
    ['0', 0, 0],
  ])('memoryThreshold: %s is %d, with %d warnings', (typed, ratio, warnings) => {
    const { config, problems } = load(`memoryThreshold: ${typed}`);
    expect(config?.memoryThreshold).toBe(ratio);
    expect(problems).toHaveLength(warnings);
  });

  test.each(['-0.1', '101', '"101%"', 'half', 'true'])('memoryThreshold: %s is refused', (typed) => {
    expect(problemsOf(`memoryThreshold: ${typed}`)[0]).toContain(
      'expected a ratio from 0 to 1, such as 0.2, got',
    );
  });
});

describe('durations', () => {
  test.each([
    ['600', 600_000],
    ['"600"', 600_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['90s', 90_000],
    ['0.5h', 1_800_000],
    ['1d', 86_400_000],
    ['0', 0],
  ])('nodeGracePeriod: %s is %d ms', (typed, ms) => {
    expect(load(`nodeGracePeriod: ${typed}`).config?.nodeGracePeriodMs).toBe(ms);
  });

  test.each(['-1', '10 min', '10M', 'ten', '2d'])('nodeGracePeriod: %s is refused', (typed) => {
    expect(problemsOf(`nodeGracePeriod: ${typed}`)[0]).toContain(
      'expected a duration from 0s to 1d, such as 10m',
    );
  });
});

describe('text that is no YAML', () => {
  test('is told by line, in the same shape as every problem', () => {
    const { config, problems } = load('nodePools:\n\tdata8: 1\n');
    expect(config).toBeUndefined();
    expect(problems[0]).toMatchObject({
      code: 'yaml',
      source: 'config',
      severity: 'error',
      where: 'values.yaml line 2, column 1',
      message: 'expected YAML; a tab stands where only spaces may',
    });
  });

  test.each([
    [
      '',
      'expected settings by name, got nothing: the file is empty; {} means that everything is left at its default',
    ],
    [
      '# nodePools:\n',
      'expected settings by name, got nothing: the file is empty; {} means that everything is left at its default',
    ],
    [
      '---\nnull\n',
      'expected settings by name, got nothing: the file is empty; {} means that everything is left at its default',
    ],
    ['- a\n', 'expected settings by name, got a list'],
    ['hello\n', 'expected settings by name, got a single value'],
    ['a: 1\na: 2\n', 'expected YAML; this key stands here twice'],
  ])('%j: %s', (text, message) => {
    expect(load(text).problems[0]?.message).toBe(message);
  });

  test('too many aliases are refused, not expanded', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
      .concat(
        'bcdefghi'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefghi'[index]},`.repeat(9)}]`),
      )
      .join('\n');
    expect(problemsOf(bomb)[0]).toContain('too many of them');
  });
});

test('no message ever holds an address, a password or a token', () => {
  const secret = 'SECRET-PART';
  const texts = [
    `calendarUrl: [https://x.example.edu/${secret}]`,
    `calendarUrl: {https://x.example.edu/${secret}: 1}`,
    `calendarUrl: https://calendar.google.com/calendar/embed?src=${secret}`,
    `calendarUrl: x.example.edu/${secret}`,
    `calendarUrl: ftp://x.example.edu/${secret}`,
    `calendarUrl: "https://${secret}:${secret}@[::bad"`,
    `https://x.example.edu/${secret}: 1`,
    `calendars: [{name: a, url: 5${secret}, password: [${secret}], token: ${secret}, username: ${secret}}]`,
    `calendars: [{name: a, ur: https://x.example.edu/${secret}}]`,
    `calendars: [{name: a, url: "https://x.example.edu/a", password: ${secret}}]`,
    `calendars: [https://x.example.edu/${secret}]`,
    `calendars: https://x.example.edu/${secret}`,
    `calendarUrl: https://x.example.edu/${secret}\n  b: c: d`,
    `calendarUrl: "https://x.example.edu/${secret}`,
    `calendarUrl: @${secret}`,
    `calendarUrl: *${secret}`,
    `calendarUrlFrom: https://x.example.edu/${secret}`,
    `calendarUrlFrom: ${secret}`,
    `calendarUrlFrom: [${secret}]`,
    `calendarUrlFrom: {${secret}: 1}`,
    `calendarUrlFrom: {secret: a, key: b, ${secret}: {c: d}}`,
    `calendarUrlFrom: {secret: [${secret}], key: b}`,
    `calendarUrlFrom: {secret: x.example.edu/${secret}, key: url}`,
    `calendarUrlFrom: {secret: calendars, key: "pass word ${secret}"}`,
    `calendarUrl: {${secret}: 1}`,
    `calendars: [{name: a, url: /a.ics, username: u, passwordFrom: ${secret}}]`,
    `calendars: [{name: a, url: /a.ics, tokenFrom: {${secret}: {}}}]`,
    `calendars: [{name: a, urls: ${secret}}]`,
    `calendars: [x.example.edu/${secret}]`,
    `calendars: x.example.edu/${secret}`,
    `calendars: [{name: a, url: /a.ics, pools: ["https://x.example.edu/${secret}"]}]`,
    `calendarTimezone: https://x.example.edu/${secret}`,
    `page: {enabled: true, tokenFrom: ${secret}}`,
    `calendarUrl: "x${secret}://x"`,
    `placeholderPodLabelSelector: "https://x.example.edu/${secret}"`,
    `nodePoolSelectorKey: "https://x.example.edu/${secret}"`,
    `placeholderImage: "https://x.example.edu/${secret} "`,
    `image: {repository: "https://x.example.edu/${secret}/cal-icor-hubs/node-placeholder-scaler"}`,
    `nodePools: {"https://x.example.edu/${secret}": {}}`,
    `nodePools: {"https://x.example.edu/${secret}": {cpu: 1, replicas: many}}`,
    `nodePools: {"https://x.example.edu/${secret}": {nodeSelector: {a: b}, maxReplicas: 0}, b: {nodeSelector: {a: b}}}`,
    `nodePools: {"https://x.example.edu/${secret}": {}}\ncalendars: [{name: a, url: /a.ics, pools: [b]}]`,
    `nodePools: {a: {nodeSelector: {a: "https://x.example.edu/${secret}"}}}`,
    `nodePools: {a: {nodeSelector: {"https://x.example.edu/${secret}": a}}}`,
    `nodePools: {a: {nodeSelector: {a: b}, tolerations: [{key: "https://x.example.edu/${secret}"}]}}`,
  ];
  for (const text of texts.flatMap((one) => [one, one.replace('SECRET-PART', '53737')])) {
    const { problems } = load(text);
    expect(problems.length, text).toBeGreaterThan(0);
    expect(JSON.stringify(problems), text).not.toMatch(/SECRET-PART|53737/);
  }
});

describe('image', () => {
  test.each([
    'image: {repository: us-central1-docker.pkg.dev/cal-icor-hubs/core/node-placeholder-scaler}',
    'image: {repository: us-central1-docker.pkg.dev/ucb-datahub-2018/core/node-placeholder-scaler, tag: v1.2}',
    'image: {tag: 0.0.1-0.dev.git.302.h3ba8a55}',
  ])('%s is refused: it is the Python program', (text) => {
    expect(problemsOf(text)[0]).toContain('the Python program that was installed before it');
  });

  test('any other image is accepted', () => {
    expect(problemsOf('image: {repository: images.example.edu/node-placeholder-scaler, tag: 1.0.0}')).toEqual(
      [],
    );
  });
});

describe('placeholderPodLabelSelector', () => {
  test.each(['a=b', 'a=b,component!=c', 'x.io/a in (b, c),!d', 'a', 'a == b'])(
    '%s is a selector',
    (selector) => {
      expect(problemsOf(`placeholderPodLabelSelector: "${selector}"`)).toEqual([]);
    },
  );
  test.each([
    ['', 'got an empty one, which every pod matches'],
    ['a b', 'got "a b"; it needs one of  key=value'],
    ['a=b=c', 'got "a=b=c"; it needs one of  key=value'],
    ['in (a)', 'got "in (a)"; it needs one of  key=value'],
    ['a=b,', 'got "a=b,"; it needs something on both sides of each comma'],
    ['app=foo-', 'got "app=foo-"; it needs a label value'],
    ['app=-foo', 'not "-foo"'],
    ['a=b,app in (a b)', 'got "app in (a b)"; it needs a label value'],
    ['app in (a,,-)', 'not "-"'],
    [`app=${'x'.repeat(70)}`, 'up to 63 letters'],
  ])('"%s" is refused with the part that is wrong', (selector, got) => {
    const { config, problems } = load(`placeholderPodLabelSelector: "${selector}"`);
    expect(config).toBeUndefined();
    expect(lines(problems)[0]).toContain(
      'error placeholderPodLabelSelector (values.yaml line 1): expected a Kubernetes label selector, got ',
    );
    expect(lines(problems)[0]).toContain(got);
    expect(problems[0]?.example).toBe(
      'placeholderPodLabelSelector: app=node-placeholder-scaler,component=placeholder',
    );
  });
});

describe('whatever stands in the file', () => {
  const keys = [
    'nodePools',
    'calendarUrl',
    'calendars',
    'cpuThreshold',
    'data8',
    'resources',
    'nodeSelector',
    'leadTime',
    'image',
  ];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant('auto')),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('tree'), { maxKeys: 5 }),
    ),
  }));

  test('any text gives a config or problems, never an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { config, problems } = load(text);
        expect(config !== undefined || problems.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('any values give a config, or at least one problem that is an error', () => {
    fc.assert(
      fc.property(tree, (values) => {
        const { config, problems } = load(JSON.stringify(values));
        expect(config === undefined).toBe(problems.some((problem) => problem.severity === 'error'));
      }),
      { numRuns: 500 },
    );
  });
});
