// A kubeconfig file in a folder of its own, and KUBECONFIG set to it until `remove`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Kubeconfig {
  folder: string;
  /** Writes it anew, with another user. */
  write(user: object, cluster?: object): void;
  remove(): void;
}

export function useKubeconfig(server: string, user: object = {}, cluster: object = {}): Kubeconfig {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const before = process.env.KUBECONFIG;
  const file = join(folder, 'config');
  const write = (who: object, where: object = {}) =>
    writeFileSync(
      file,
      JSON.stringify({
        'current-context': 'here',
        contexts: [
          { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'hub' } },
          { name: 'there', context: { cluster: 'c', user: 'u' } },
        ],
        clusters: [{ name: 'c', cluster: { server, ...where } }],
        users: [{ name: 'u', user: who }],
      }),
    );
  write(user, cluster);
  process.env.KUBECONFIG = file;
  return {
    folder,
    write,
    remove() {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
