// The pool settings -> the pools, with what the schema alone cannot see: a pool that selects no node or everyone's, pools
// that share nodes, a baseline above the maximum, amounts that are likely slips.
import type { Problem } from '../problem.ts';
import { amountProblems } from './amounts.ts';
import { misplacedPoolSetting, shown, valueAt } from './explain.ts';
import { wrong } from './feeds.ts';
import { poolName } from './pool-values.ts';
import type { PlaceholderResources, PoolConfig, Values } from './schema.ts';
import { looksLikeAddress } from './secret-keys.ts';
import type { Path, Source } from './source.ts';

type PoolValues = NonNullable<Values['nodePools'][string]>;

interface Asked {
  values: Values;
  source: Source;
  problems: Problem[];
}

export function poolsOf(asked: Asked): PoolConfig[] {
  const pools: PoolConfig[] = [];
  for (const [name, typed] of Object.entries(asked.values.nodePools)) {
    // An address in place of a name was already told, and must not be shown by what else there is to say of it.
    if (typed === null || typed === undefined || looksLikeAddress(name)) continue;
    const pool = poolOf(asked, name, typed);
    checkPool(asked, pool);
    pools.push(pool);
  }
  warnOfSharedNodes(asked, pools);
  return pools;
}

/** What is wrong with the names of the pools, whatever else is wrong with them. */
export function poolNameProblems(source: Source): Problem[] {
  const pools = valueAt(source.values, ['nodePools']);
  if (typeof pools !== 'object' || pools === null || Array.isArray(pools)) return [];
  return Object.entries(pools).flatMap(([name, pool]) => {
    const misplaced = misplacedPoolSetting(name, source);
    if (misplaced !== undefined) return [misplaced];
    const read = poolName.safeParse(name);
    if (read.success || pool === null) return [];
    const path = ['nodePools', name];
    const message = `expected ${read.error.issues[0]?.message}, got ${shown(path, name)}`;
    const about = looksLikeAddress(name) ? {} : { pool: name };
    return [wrong(source.where(path), message, { ...about, example: 'data8:' })];
  });
}

function poolOf({ values }: Asked, name: string, typed: PoolValues): PoolConfig {
  const affinity = affinityOf(typed);
  return {
    name,
    nodeSelector: typed.nodeSelector ?? {},
    ...(affinity === undefined ? {} : { affinity }),
    tolerations: typed.tolerations.map((toleration) => defined(toleration)),
    resources: resourcesOf(typed.resources),
    baseline: typed.replicas,
    maxReplicas: typed.maxReplicas,
    leadTimeMs: typed.leadTime ?? values.leadTime,
    holdTimeMs: typed.holdTime ?? values.holdTime,
  };
}

/** `affinity`, with the short form `nodeAffinity` put where Kubernetes has it. */
function affinityOf({ affinity, nodeAffinity }: PoolValues): PoolConfig['affinity'] {
  const { required, preferred } = nodeAffinity ?? {};
  const long = {
    ...(required === undefined || required.length === 0
      ? {}
      : { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: required } }),
    ...(preferred === undefined || preferred.length === 0
      ? {}
      : { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
  };
  if (Object.keys(long).length === 0) {
    return affinity === undefined || Object.keys(affinity).length === 0 ? undefined : affinity;
  }
  return { ...affinity, nodeAffinity: long };
}

function resourcesOf(typed: PoolValues['resources']): PlaceholderResources {
  if (typed === 'auto') return 'auto';
  const { requests, limits } = typed;
  const amounts = [requests, limits].filter((part) => part !== undefined && Object.keys(part).length > 0);
  return amounts.length === 0 ? 'auto' : defined({ requests, limits });
}

/** Label keys and terms that the pool's required node affinity asks for. */
function requiredTerms(pool: PoolConfig): unknown[] {
  const node = pool.affinity?.nodeAffinity as Record<string, { nodeSelectorTerms?: unknown[] }> | undefined;
  return node?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

function checkPool({ values, source, problems }: Asked, pool: PoolConfig): void {
  const path: Path = ['nodePools', pool.name];
  const at = (...rest: PropertyKey[]) => source.where([...path, ...rest]);
  const about = { pool: pool.name };
  const warn = (where: string, message: string, example?: string) =>
    problems.push(
      wrong(where, message, {
        ...about,
        code: 'doubtful-setting',
        severity: 'warning',
        ...(example ? { example } : {}),
      }),
    );
  if (misplacedPoolSetting(pool.name, source) !== undefined) return;
  const terms = requiredTerms(pool);
  const selectorText = JSON.stringify({ ...pool.nodeSelector, terms });
  if (Object.keys(pool.nodeSelector).length === 0 && terms.length === 0) {
    problems.push(
      wrong(
        at('nodeSelector'),
        'expected at least one node label, got none: the pool would take every node, the core nodes too',
        {
          ...about,
          code: 'empty-selector',
          example: `nodeSelector:\n  ${values.nodePoolSelectorKey}: ${pool.name}-pool`,
        },
      ),
    );
  } else if (
    values.nodePoolSelectorKey !== '' &&
    !selectorText.includes(JSON.stringify(values.nodePoolSelectorKey))
  ) {
    warn(
      at('nodeSelector'),
      `expected the label ${values.nodePoolSelectorKey} (nodePoolSelectorKey), got a selector without it; the pool is served by the labels it names`,
    );
  }
  if (pool.maxReplicas === 0) {
    warn(
      at('maxReplicas'),
      'expected at least 1, got 0: the pool gets no placeholder, whatever the calendar says',
      'maxReplicas: 10',
    );
  } else if (pool.baseline > pool.maxReplicas) {
    warn(
      at('replicas'),
      `expected at most maxReplicas (${pool.maxReplicas}), got ${pool.baseline}; it is cut to ${pool.maxReplicas}`,
    );
  }
  if (pool.affinity?.podAntiAffinity !== undefined) {
    warn(
      at('affinity'),
      'expected node affinity; the placeholders already keep apart from each other, one to a node',
    );
  }
  if (pool.resources === 'auto') return;
  for (const problem of amountProblems(pool.resources, [...path, 'resources'], source))
    problems.push({ ...problem, ...about });
  const requests = { ...pool.resources.limits, ...pool.resources.requests };
  if (requests.memory === undefined && requests.cpu === undefined) {
    warn(
      at('resources'),
      'expected memory or cpu; a placeholder without either keeps no room',
      'resources: auto',
    );
  }
  if (/\dm$/.test(requests.memory ?? '')) {
    warn(
      at('resources', 'requests', 'memory'),
      `expected bytes, got "${requests.memory}", which is thousandths of a byte`,
      'memory: 57Gi',
    );
  }
}

/** Pools that share nodes count the same room twice. */
function warnOfSharedNodes({ source, problems }: Asked, pools: PoolConfig[]): void {
  for (const [index, pool] of pools.entries()) {
    for (const other of pools.slice(0, index)) {
      if (!mayShareNodes(pool, other)) continue;
      problems.push(
        wrong(
          source.where(['nodePools', pool.name, 'nodeSelector']),
          `expected nodes of its own, got labels that nodes of the pool ${other.name} match, too: both count the same room`,
          { pool: pool.name, code: 'shared-nodes', severity: 'warning' },
        ),
      );
    }
  }
}

/** One selector says all that the other says, and the same affinity (none counts as the same as any). */
function mayShareNodes(one: PoolConfig, other: PoolConfig): boolean {
  const within = (small: Record<string, string>, large: Record<string, string>) =>
    Object.entries(small).every(([key, value]) => large[key] === value);
  const [a, b] = [requiredTerms(one), requiredTerms(other)];
  const sameTerms = a.length === 0 || b.length === 0 || JSON.stringify(a) === JSON.stringify(b);
  const selectors = [one.nodeSelector, other.nodeSelector];
  if (selectors.some((selector) => Object.keys(selector).length === 0))
    return sameTerms && a.length > 0 && b.length > 0;
  return (
    sameTerms &&
    (within(one.nodeSelector, other.nodeSelector) || within(other.nodeSelector, one.nodeSelector))
  );
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
