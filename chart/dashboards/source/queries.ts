// PromQL over the scaler's metrics, for one release. Every replica decides and serves metrics, so two of them would be
// added up: each query takes those of the leader only. While nobody leads it takes the largest value of all replicas:
// they compute the same decisions.

export const NAMESPACE = 'namespace="$namespace"';
/** The pods of one Deployment: its name, the hash of its template, and five letters. */
export const RELEASE = `${NAMESPACE}, pod=~"$scaler-[^-]+-[^-]+"`;
/** In a row that repeats by pool: the row's pool. */
export const POOL = 'pool=~"$pool"';

/** `series('leader')`: node_placeholder_leader of this release; more label matchers may follow. */
export function series(name: string, ...matchers: string[]): string {
  return `node_placeholder_${name}{${[RELEASE, ...matchers].join(', ')}}`;
}

/**
 * An expression whose series carry namespace and pod -> one value per combination of the labels `by`, of the replica
 * that leads. Two that both say they lead, or none that does, come to the larger value, never to the sum.
 */
export function ofLeader(expression: string, by: string[] = []): string {
  const leading = `${series('leader')} == scalar(max(${series('leader')}))`;
  return `max${by.length > 0 ? ` by (${by.join(', ')})` : ''} (${expression} and on (namespace, pod) (${leading}))`;
}

/** How much a counter grew around each point. */
export function grown(name: string, ...matchers: string[]): string {
  return `increase(${series(name, ...matchers)}[$__rate_interval])`;
}

/** Seconds since a time that the scaler noted; 0 there means never, which is no age. */
export function ageOf(name: string, by: string[] = []): string {
  return `time() - (${ofLeader(series(name), by)} > 0)`;
}

/** A quantile of a histogram over `range`. */
export function quantile(share: number, histogram: string, range: string): string {
  const buckets = `increase(${series(`${histogram}_bucket`)}[${range}])`;
  return `histogram_quantile(${share}, ${ofLeader(buckets, ['le'])})`;
}

/**
 * Of series that are 1 for the word that holds and 0 for the others: the number of the word that holds, from 0. Panels
 * map it back to the word.
 */
export function wordNumber(
  name: string,
  {
    label,
    words,
    by,
    matchers = [],
  }: { label: string; words: readonly string[]; by: string[]; matchers?: string[] },
): string {
  const numbered = words.map((word, at) => `${at} * ${series(name, ...matchers, `${label}="${word}"`)}`);
  return ofLeader(`(${numbered.join(' or ')})`, by);
}
