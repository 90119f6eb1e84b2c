// What a watch fills: a live store that takes one change at a time, and beside it, while a whole list is read, a draft
// that takes the live one's place only when it is complete.

export interface Resource {
  name: 'nodes' | 'pods' | 'deployments';
  path: string;
  query?: Record<string, string>;
}

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Store<T> {
  apply(type: EventType, object: T): void;
  /** An empty copy beside the live one, filled by `apply` and put in its place by `commit`; or dropped. */
  draft(): Draft<T>;
}

export interface Draft<T> {
  apply(type: EventType, object: T): void;
  commit(): void;
}
