// What the view found wrong and survives: numbers that cannot be read (their node counts as full), and nodes that
// several pools lay claim to. Only nodes of a pool are spoken of.
import type { Problem } from '../problem.ts';
import type { CountedPod, Ledger } from './ledger.ts';

/** One broken webhook can spoil every pod: a person needs the first few and the number. */
const MOST_SHOWN = 10;

export function clusterProblems(found: {
  ledger: Ledger;
  unreadablePods: Iterable<CountedPod>;
  shared: { pools: [string, string]; nodes: number }[];
}): Problem[] {
  return [
    ...unreadableNodes(found.ledger),
    ...unreadablePods(found.unreadablePods),
    ...found.shared.map(sharedNodes),
  ];
}

function unreadableNodes(ledger: Ledger): Problem[] {
  const problems: Problem[] = [];
  for (const { node, seats } of ledger.entries.values()) {
    if (node?.unreadable === undefined || seats.size === 0) continue;
    problems.push(unreadable(`node ${node.name}`, node.unreadable, 'the node counts as full'));
  }
  return shortened(problems);
}

function unreadablePods(pods: Iterable<CountedPod>): Problem[] {
  const problems: Problem[] = [];
  for (const { on, load } of pods) {
    const value = load.unreadable;
    if (value === undefined || on === undefined || on.seats.size === 0) continue;
    const where = `node ${on.view.name}, pod ${value.pod}`;
    problems.push(unreadable(where, value, 'the node counts as full'));
  }
  return shortened(problems);
}

function unreadable(
  where: string,
  { where: field, value }: { where: string; value: string },
  so: string,
): Problem {
  return {
    code: 'unreadable-quantity',
    source: 'cluster',
    severity: 'error',
    where: `${where}, ${field}`,
    message: `expected a Kubernetes quantity, got "${value}"; ${so}`,
    example: '64Gi',
  };
}

function sharedNodes({ pools: [a, b], nodes }: { pools: [string, string]; nodes: number }): Problem {
  return {
    code: 'shared-nodes',
    source: 'cluster',
    severity: 'warning',
    where: `nodePools.${a}.nodeSelector`,
    message:
      `expected each node in one pool, but pools ${a} and ${b} share ${nodes} node${nodes === 1 ? '' : 's'}: ` +
      'room there is counted twice; give the two selectors that no node meets both of',
    example: `hub.jupyter.org/pool-name: ${a}-pool`,
    pool: a,
  };
}

function shortened(problems: Problem[]): Problem[] {
  const more = problems.length - MOST_SHOWN;
  const last = problems[MOST_SHOWN - 1];
  if (more <= 0 || last === undefined) return problems;
  const rest = { ...last, message: `${last.message} (and ${more} more like this)` };
  return [...problems.slice(0, MOST_SHOWN - 1), rest];
}
