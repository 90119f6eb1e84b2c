// Keeps one copy of each string or small value that thousands of objects share (zones, machine types, taints), where
// JSON.parse makes a new one per object. Bounded: what is unique to each object (a hostname) does not pile up in it.

export interface Intern {
  string(text: string): string;
  /** The same record with interned values. */
  values(record: Record<string, string>): Record<string, string>;
  /** The first value seen with the same key (default: its JSON). */
  value<T>(value: T, key?: string): T;
}

export function openIntern(limit = 20_000): Intern {
  const strings = new Map<string, string>();
  const values = new Map<string, unknown>();
  const keep = <K, V>(map: Map<K, V>, key: K, value: V): V => {
    const known = map.get(key);
    if (known !== undefined) return known;
    if (map.size >= limit) map.clear();
    map.set(key, value);
    return value;
  };
  const string = (text: string) => keep(strings, text, text);
  return {
    string,
    values(record) {
      for (const key of Object.keys(record)) record[key] = string(record[key] as string);
      return record;
    },
    value: (value, key = JSON.stringify(value)) => keep(values, key, value) as typeof value,
  };
}
