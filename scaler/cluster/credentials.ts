// Who we are to the API server and how to reach it, from a kubeconfig or the pod's service account, as
// @kubernetes/client-node reads them (KUBECONFIG, then ~/.kube/config, then the service account). What it lacks is
// added here: `tokenFile` of a kubeconfig, KUBERNETES_EXEC_INFO for credential plugins, and messages that help.
// Tokens rotate: headers are asked for before every request, and everything is read again after a 401.
import { readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';

/** What a TLS connection to the API server needs; plain http needs none of it. */
export interface TlsOptions {
  ca?: Buffer;
  cert?: Buffer | string;
  key?: Buffer | string;
  rejectUnauthorized?: boolean;
  servername?: string;
}

export interface Credentials {
  /** `https://host:port`, perhaps with a path. */
  server: string;
  proxyUrl?: string;
  namespace: string;
  /** May run a credential plugin or read a token file; throws when that fails. */
  current(): Promise<{ headers: Record<string, string>; tls: TlsOptions }>;
}

type ClientNode = typeof import('@kubernetes/client-node');

/** Reads everything anew; throws with what was expected when there is nothing to read. */
export function loadCredentials(client: ClientNode, context?: string): Credentials {
  const config = new client.KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new Error(`the kubeconfig cannot be read (${source()}): ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (context !== undefined) chooseContext(config, context);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || (cluster.name === 'cluster' && cluster.server === 'http://localhost:8080')) {
    throw new Error(
      'no cluster to talk to: expected a current context in KUBECONFIG or ~/.kube/config, or to run in a pod with a ' +
        `service account; found ${cluster === null ? `no usable context in ${source()}` : 'neither'}. ` +
        'Example: KUBECONFIG=~/.kube/config, then: kubectl config use-context NAME',
    );
  }
  if (user !== null) {
    const tokenFile = tokenFileOf(user.name);
    if (tokenFile !== undefined) {
      config.users = config.users.map((u) =>
        u.name === user.name ? { ...u, authProvider: { name: 'tokenFile', config: { tokenFile } } } : u,
      );
    }
    describeToPlugin(user.exec ?? user.authProvider?.config?.exec);
  }
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace?.trim();
  return {
    server: cluster.server,
    ...(cluster.proxyUrl && { proxyUrl: cluster.proxyUrl }),
    namespace: namespace || 'default',
    current: authenticator(client, config, cluster.server),
  };
}

/**
 * client-node hands TLS options only to the dispatcher it would make (a new one per request): they are taken there.
 * Several requests may ask at once, so what is taken is shared: each finds at least what its own asking brought.
 */
function authenticator(client: ClientNode, config: KubeConfig, server: string): Credentials['current'] {
  let tls: TlsOptions = {};
  config.createDispatcherOptions = (_cluster, options) => {
    tls = options as TlsOptions;
    return { type: 'none' };
  };
  return async () => {
    const context = new client.RequestContext(server, client.HttpMethod.GET);
    await config.applySecurityAuthentication(context).catch((error: unknown) => {
      throw new Error(`${noCredentials(config)}: ${(error as Error).message}`, { cause: error });
    });
    const headers = context.getHeaders();
    const authorization = headers.Authorization?.trim();
    return {
      headers: authorization === undefined ? headers : { ...headers, Authorization: authorization },
      tls,
    };
  };
}

/** `no credentials for user "ada" from the plugin "gke-gcloud-auth-plugin", which must be on PATH` */
function noCredentials(config: KubeConfig): string {
  const user = config.getCurrentUser();
  const plugin = user?.exec?.command ?? user?.authProvider?.config?.exec?.command;
  const from = plugin === undefined ? '' : ` from the plugin "${plugin}", which must be on PATH`;
  return `no credentials for user "${user?.name}"${from}`;
}

function chooseContext(config: KubeConfig, context: string): void {
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    throw new Error(
      `no context "${context}" in ${source()}: expected one of ${known.map((name) => `"${name}"`).join(', ') || '(none)'}`,
    );
  }
  config.setCurrentContext(context);
}

function source(): string {
  return process.env.KUBECONFIG ? `KUBECONFIG=${process.env.KUBECONFIG}` : '~/.kube/config';
}

/** `users[].user.tokenFile`, which client-node looks for under another name; relative to the file that names it. */
function tokenFileOf(user: string): string | undefined {
  const files = process.env.KUBECONFIG?.split(delimiter).filter(Boolean) ?? [];
  if (files.length === 0 && process.env.HOME) files.push(resolve(process.env.HOME, '.kube/config'));
  for (const file of files) {
    const entry = usersOf(file).find(({ name }) => name === user)?.user;
    if (entry?.tokenFile) return resolve(dirname(file), entry.tokenFile);
  }
  return undefined;
}

function usersOf(file: string): { name?: string; user?: { tokenFile?: string } }[] {
  try {
    const users = parse(readFileSync(file, 'utf8'))?.users;
    return Array.isArray(users) ? users : [];
  } catch {
    return []; // in a pod there is no such file; a broken one was reported above
  }
}

/** Plugins (gke-gcloud-auth-plugin, aws eks get-token, kubelogin) learn from this which version to answer in. */
function describeToPlugin(
  exec: { apiVersion?: string; env?: { name: string; value: string }[] | null } | undefined,
) {
  if (!exec) return;
  const apiVersion = exec.apiVersion ?? 'client.authentication.k8s.io/v1beta1';
  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: { interactive: false } });
  exec.env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: info }];
}
