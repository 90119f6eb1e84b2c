// What scrapes brought, as the file that promtool makes blocks from: OpenMetrics with a time at every sample.

/** Labels that a scrape in a cluster adds. */
export interface ScrapeLabels {
  namespace: string;
  pod: string;
}

/** The scaler's own metrics, and its memory: those that the dashboard may show. */
const KEPT = /^(node_placeholder_\w+|process_resident_memory_bytes)(?:\{(.*)\})? (\S+)$/;

/** A scrape's text -> lines with these labels and this time. */
export function samplesOf(text: string, { namespace, pod }: ScrapeLabels, atMs: number): string[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels, value] = KEPT.exec(line) ?? [];
    if (name === undefined) return [];
    const all = [...(labels ? [labels] : []), `namespace="${namespace}"`, `pod="${pod}"`];
    return [`${name}{${all.join(',')}} ${value} ${atMs / 1000}`];
  });
}

export const openMetrics = (lines: string[]): string => `${lines.join('\n')}\n# EOF\n`;
