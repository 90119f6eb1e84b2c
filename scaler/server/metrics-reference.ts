// docs/metrics.md, made from the registry itself, so that the page and the code cannot differ.
import { makeMetrics } from './metrics.ts';

interface DocumentedMetric {
  name: string;
  help: string;
  type: string;
  labelNames?: readonly string[];
}

export function metricsReference(): string {
  const nothing = { watches: [], driftFound: 0 };
  const { registry } = makeMetrics({ version: '', cluster: () => nothing, leads: () => false });
  const rows = (registry.getMetricsAsArray() as unknown as DocumentedMetric[])
    .filter(({ name }) => name.startsWith('node_placeholder_'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, labelNames = [], help }) => {
      const labels = labelNames.filter((label) => label !== 'le').map((label) => `\`${label}\``);
      return `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`;
    });
  registry.clear();
  return `# Metrics

Served at \`/metrics\`, beside the usual metrics of a Node process. Every replica serves them; a replica that stands by
computes the same decisions and has \`node_placeholder_leader\` 0, so do not add replicas up: take those of the leader,
or the maximum. Label values are pools and feeds of the values file, or words from a fixed list.

| metric | type | labels | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}
