// Which resources the simulated API server serves, and what a request path asks for.
import type { ResourceName } from './objects.ts';

export interface Resource {
  name: ResourceName;
  kind: string;
  /** `v1` for the core group, else `group/version`; several where two groups serve one list. */
  apiVersions: string[];
  namespaced: boolean;
  shortNames?: string[];
  /** `spec` changes count up metadata.generation. */
  hasGeneration?: boolean;
  /** PUT makes an object that is not there. */
  putCreates?: boolean;
}

export const RESOURCES: Resource[] = [
  { name: 'nodes', kind: 'Node', apiVersions: ['v1'], namespaced: false, shortNames: ['no'] },
  { name: 'pods', kind: 'Pod', apiVersions: ['v1'], namespaced: true, shortNames: ['po'] },
  { name: 'namespaces', kind: 'Namespace', apiVersions: ['v1'], namespaced: false, shortNames: ['ns'] },
  { name: 'configmaps', kind: 'ConfigMap', apiVersions: ['v1'], namespaced: true, shortNames: ['cm'] },
  {
    name: 'events',
    kind: 'Event',
    apiVersions: ['v1', 'events.k8s.io/v1'],
    namespaced: true,
    shortNames: ['ev'],
    putCreates: true,
  },
  {
    name: 'leases',
    kind: 'Lease',
    apiVersions: ['coordination.k8s.io/v1'],
    namespaced: true,
    putCreates: true,
  },
  {
    name: 'deployments',
    kind: 'Deployment',
    apiVersions: ['apps/v1'],
    namespaced: true,
    shortNames: ['deploy'],
    hasGeneration: true,
  },
  {
    name: 'replicasets',
    kind: 'ReplicaSet',
    apiVersions: ['apps/v1'],
    namespaced: true,
    shortNames: ['rs'],
    hasGeneration: true,
  },
  {
    name: 'priorityclasses',
    kind: 'PriorityClass',
    apiVersions: ['scheduling.k8s.io/v1'],
    namespaced: false,
    shortNames: ['pc'],
  },
];

/** What a path names: a list (no `name`) or one object, all namespaces or one. */
export interface Target {
  resource: Resource;
  /** As asked for in the path, e.g. `apps/v1`. */
  apiVersion: string;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/** Reads `/api/v1/...` and `/apis/GROUP/VERSION/...`; undefined for everything that is not served. */
export function readPath(path: string): Target | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const root = parts.shift();
  const apiVersion =
    root === 'api' ? parts.shift() : root === 'apis' ? parts.splice(0, 2).join('/') : undefined;
  if (apiVersion === undefined) return undefined;
  const find = (plural: string | undefined) =>
    RESOURCES.find((r) => r.name === plural && r.apiVersions.includes(apiVersion));
  if (parts[0] === 'namespaces' && parts.length > 2) {
    const [, namespace, plural, name, subresource] = parts;
    const resource = find(plural);
    return resource?.namespaced ? { resource, apiVersion, namespace, name, subresource } : undefined;
  }
  const [plural, name, subresource] = parts;
  const resource = find(plural);
  if (resource === undefined || (resource.namespaced && name !== undefined)) return undefined;
  return { resource, apiVersion, name, subresource };
}

export function resourceOf(name: ResourceName): Resource {
  const resource = RESOURCES.find((r) => r.name === name);
  if (resource === undefined) throw new Error(`the simulated cluster serves no ${name}`);
  return resource;
}
