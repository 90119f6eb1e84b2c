// Label and field selectors: the text of a query (`app=x,env in (a,b)`, `status.phase!=Failed`) and the form objects
// carry (matchLabels, matchExpressions, node selector requirements).
import type { KubeObject, LabelSelector, Requirement, ResourceName } from './objects.ts';
import { Refused } from './status.ts';

export type Matches = (object: KubeObject) => boolean;

/** One requirement against a set of labels, as the API defines it: NotIn and != also match where the key is missing. */
export function meets(labels: Record<string, string>, { key, operator, values = [] }: Requirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

/** An empty selector matches everything, an absent one nothing. */
export function selects(selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean {
  if (selector === undefined) return false;
  const same = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return same && (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement));
}

function readLabelTerm(text: string): Requirement {
  const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text);
  if (set) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return { key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const pair = /^\s*([^\s!=]+)\s*(!=|==|=)\s*(\S*)\s*$/.exec(text);
  if (pair)
    return { key: pair[1] ?? '', operator: pair[2] === '!=' ? 'NotIn' : 'In', values: [pair[3] ?? ''] };
  const bare = /^\s*(!?)([^\s!=()]+)\s*$/.exec(text);
  if (bare) return { key: bare[2] ?? '', operator: bare[1] === '!' ? 'DoesNotExist' : 'Exists' };
  throw new Refused(400, `unable to parse requirement: "${text}"`);
}

export function labelMatcher(text: string): Matches {
  const terms = text.split(/,(?![^(]*\))/).map(readLabelTerm);
  return ({ metadata }) => terms.every((term) => meets(metadata.labels ?? {}, term));
}

const FIELDS: Partial<Record<ResourceName, string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  events: ['involvedObject.name', 'involvedObject.kind', 'involvedObject.uid', 'reason', 'type'],
  replicasets: ['status.replicas'],
};

function fieldValue(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  if (value === undefined) return path === 'spec.unschedulable' || path === 'spec.hostNetwork' ? 'false' : '';
  return String(value);
}

/** Only the fields that a real server indexes for the resource; others are refused with 400. */
export function fieldMatcher(text: string, resource: ResourceName): Matches {
  const legal = ['metadata.name', 'metadata.namespace', ...(FIELDS[resource] ?? [])];
  const terms = text.split(',').map((term) => {
    const found = /^([^!=]+)(!=|==|=)(.*)$/.exec(term);
    if (!found) throw new Refused(400, `invalid field selector: "${term}"`);
    const [, path = '', operator, value = ''] = found;
    if (!legal.includes(path)) throw new Refused(400, `field label not supported: ${path}`);
    return { path, equal: operator !== '!=', value };
  });
  return (object) => terms.every((t) => (fieldValue(object, t.path) === t.value) === t.equal);
}

/** Both selectors of a query, and the namespace of its path. */
export function queryMatcher(
  query: URLSearchParams,
  { resource, namespace }: { resource: ResourceName; namespace?: string },
): Matches {
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  const tests: Matches[] = [];
  if (namespace !== undefined) tests.push(({ metadata }) => metadata.namespace === namespace);
  if (labels) tests.push(labelMatcher(labels));
  if (fields) tests.push(fieldMatcher(fields, resource));
  return (object) => tests.every((test) => test(object));
}
