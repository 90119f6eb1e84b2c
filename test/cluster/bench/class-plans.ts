// The plans that `npm run bench:class` compares: what somebody may have done for the same class.

export interface Plan {
  name: string;
  text: string;
  /** The pool's `replicas`; the scaler runs when this or `books` is there. */
  baseline?: number;
  /** The event's description. */
  books?: string;
  /** `calendarOverrideEnabled` */
  override?: boolean;
  /** Nodes that are there from the beginning and stay, beside those of the earlier users. */
  freeNodes?: number;
}

export const PLANS: Plan[] = [
  { name: 'floor', text: 'all nodes free (resolution of the clock)', freeNodes: 9 },
  { name: 'none', text: 'no placeholders' },
  { name: 'static-2', text: 'a static count of 2', baseline: 2 },
  { name: 'book-3', text: 'booking 3', books: 'data8: 3' },
  { name: 'book-3-all', text: 'booking 3, `calendarOverrideEnabled`', books: 'data8: 3', override: true },
  { name: 'book-6', text: 'booking 6', books: 'data8: 6' },
  { name: 'book-6-all', text: 'booking 6, `calendarOverrideEnabled`', books: 'data8: 6', override: true },
];

export const hasScaler = ({ baseline, books }: Plan) => baseline !== undefined || books !== undefined;

/** The plans of these names, in the order of PLANS; all when none is named. Throws with the names there are. */
export function plansNamed(names: string[]): Plan[] {
  const known = PLANS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`expected --plan to be one of ${known.join(', ')}, got ${unknown}; e.g. --plan book-6`);
  }
  return names.length === 0 ? PLANS : PLANS.filter(({ name }) => names.includes(name));
}
