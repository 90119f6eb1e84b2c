// What kubectl asks before anything else: the version, the groups, and the resources of each.
import { RESOURCES } from './resources.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** The answer to a discovery or health path, or undefined for every other path. */
export function discovery(path: string): object | string | undefined {
  if (path === '/livez' || path === '/readyz' || path === '/healthz') return 'ok';
  if (path === '/version') {
    return { major: '1', minor: '36', gitVersion: 'v1.36.0-simulated', platform: 'simulated' };
  }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  const versions = [...new Set(RESOURCES.flatMap((r) => r.apiVersions))];
  if (path === '/apis') {
    const groups = versions
      .filter((version) => version.includes('/'))
      .map((groupVersion) => {
        const [name, version] = groupVersion.split('/');
        const preferredVersion = { groupVersion, version };
        return { name, versions: [preferredVersion], preferredVersion };
      });
    return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  }
  const groupVersion = versions.find((v) => path === (v.includes('/') ? `/apis/${v}` : `/api/${v}`));
  if (groupVersion === undefined) return undefined;
  const resources = RESOURCES.filter((r) => r.apiVersions.includes(groupVersion)).map((r) => ({
    name: r.name,
    singularName: r.kind.toLowerCase(),
    namespaced: r.namespaced,
    kind: r.kind,
    verbs: VERBS,
    shortNames: r.shortNames ?? [],
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}
