// A kubeconfig file for the simulated cluster, as a user would have one for a real cluster.
import { writeFile } from 'node:fs/promises';

/** Plain http needs `insecure-skip-tls-verify`, or client libraries refuse to send credentials over it. */
export async function writeKubeconfig(
  path: string,
  { url, name, namespace }: { url: string; name: string; namespace: string },
): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token: 'simulated' } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
  };
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}
