// Plays the kubelet for the scaler's own pods: takes a Pod as the API server holds it (made from the Deployment that Helm
// installed), asks for a token of its service account bound to that pod, writes its volumes to a folder, and starts the
// scaler from this folder's source with the pod's args and env and with the flags of the image's ENTRYPOINT.
//
// Two things differ from a real pod: paths of mounts in the args are those of the played folder, and the credentials
// come through a KUBECONFIG with a tokenFile, because /var/run/secrets cannot be had here; and the port is a free one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, kubeconfigText } from './api.ts';
import type { Cluster } from './cluster.ts';
import { volumeFiles, writeVolume } from './mounts.ts';
import { type Program, processesIn, type Running, until } from './processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface ScalerPod {
  /** The pod's name; also its identity in the lease. */
  name: string;
  /** The running process, a new one after `restart`. */
  process(): Running;
  get(path: string): Promise<{ status: number; text: string }>;
  /** `/api/v1/status`; undefined while nothing answers. */
  status(): Promise<Answer | undefined>;
  /** Lines of the log of all processes so far, parsed. */
  log(): Answer[];
  /** Writes volumes that changed, and a token when it is to be a new one, which may be bound to another object. */
  refresh(options?: { newToken?: BoundTo | true }): Promise<void>;
  /** Starts it (again, as the kubelet does when it has ended), and waits for nothing. */
  spawn(): Running;
  /** The same; resolves when it listens. */
  start(): Promise<void>;
  /** SIGTERM as at deletion; resolves when it has ended, with how long that took in ms. */
  terminate(): Promise<number>;
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
}

/** A token dies with the object that it is bound to. */
export interface BoundTo {
  apiVersion: 'v1';
  kind: 'Pod' | 'Secret';
  name: string;
  uid: string;
}

/** A pod's container, to be started in another way than from this folder's source. */
export interface Container {
  args: string[];
  env: Record<string, string>;
  /** Folders of this machine, and where the pod wants them. */
  mounts: { from: string; to: string }[];
}

export interface PodOptions {
  /** Absent: from source. */
  run?: (container: Container) => Program;
  /** Another address of the API server: a proxy in front of it. */
  server?: string;
  /** Added to the command line. */
  args?: string[];
}

export async function openPod(cluster: Cluster, pod: Answer, options: PodOptions = {}): Promise<ScalerPod> {
  const { name, namespace, uid } = pod.metadata as { name: string; namespace: string; uid: string };
  const folder = join(cluster.folder, 'pods', `${namespace}-${name}`);
  const [container] = pod.spec.containers as Answer[] as [Answer];
  const volumes = join(folder, 'volumes');
  const account = join(folder, 'serviceaccount');
  const kubeconfig = join(folder, 'kubeconfig');
  const processes = processesIn(join(folder, 'processes'));
  const past: string[] = [];
  let running: Running | undefined;
  let url = '';

  const self: BoundTo = { apiVersion: 'v1', kind: 'Pod', name, uid };
  async function writeToken(boundObjectRef = self): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName}/token`;
    const made = await cluster.call('POST', path, {
      body: { spec: { boundObjectRef, expirationSeconds: 3607 } },
    });
    writeVolume(account, {
      token: made.status.token,
      namespace,
      'ca.crt': readFileSync(cluster.ca, 'utf8'),
    });
  }

  async function writeVolumes(): Promise<void> {
    for (const volume of pod.spec.volumes as Answer[]) {
      const files = await volumeFiles(cluster, namespace, volume);
      if (files !== undefined) writeVolume(join(volumes, volume.name), files);
    }
  }

  const env: Record<string, string> = { HOSTNAME: name, KUBECONFIG: kubeconfig, ...serviceEnv(cluster.url) };
  for (const { name: variable, value, valueFrom } of (container.env ?? []) as Answer[]) {
    env[variable] = value ?? fieldOf(pod, valueFrom.fieldRef.fieldPath);
  }
  const mounts = (container.volumeMounts as Answer[])
    .filter(({ mountPath }) => mountPath !== ACCOUNT_PATH)
    .map(({ mountPath, name: volume }) => ({ from: join(volumes, volume), to: mountPath as string }));
  const asked = [
    ...(container.args as string[]).map((arg) =>
      arg.replace(/\$\((\w+)\)/g, (whole, key) => env[key] ?? whole),
    ),
    '--port=0',
    '--host=127.0.0.1',
    ...(options.args ?? []),
  ];
  const place = (text: string) =>
    mounts.reduce((placed, { from, to }) => placed.replace(new RegExp(`=${to}(?=/|$)`), `=${from}`), text);

  function program(): Program {
    if (options.run !== undefined) {
      const { KUBECONFIG: _, ...own } = env;
      return options.run({
        args: asked,
        env: own,
        mounts: [...mounts, { from: account, to: ACCOUNT_PATH }],
      });
    }
    const args = [...entrypointFlags(), join(ROOT, 'scaler', 'main.ts'), ...asked.map(place)];
    return { name: 'scaler', command: process.execPath, args, env };
  }

  mkdirSync(folder, { recursive: true });
  writeFileSync(
    kubeconfig,
    kubeconfigText({
      url: options.server ?? cluster.url,
      ca: join(account, 'ca.crt'),
      tokenFile: join(account, 'token'),
      namespace,
    }),
  );
  await writeToken();
  await writeVolumes();

  const lines = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Answer);

  function spawn(): Running {
    if (running !== undefined) past.push(running.output());
    running = processes.start(program());
    return running;
  }

  return {
    name,
    process() {
      if (running === undefined) throw new Error(`${name} was not started yet`);
      return running;
    },
    async get(path) {
      const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) });
      return { status: answer.status, text: await answer.text() };
    },
    async status() {
      const answer = await fetch(`${url}/api/v1/status`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      return answer?.ok ? ((await answer.json()) as Answer) : undefined;
    },
    log: () => [...past, running?.output() ?? ''].flatMap(lines),
    async refresh({ newToken } = {}) {
      if (newToken !== undefined) await writeToken(newToken === true ? self : newToken);
      await writeVolumes();
    },
    spawn,
    async start() {
      const started = spawn();
      const listening = await until(
        `${name} to listen`,
        () => {
          const line = lines(started.output()).find(({ msg }) => msg === 'listening');
          return (line?.listening as string | undefined) ?? (started.alive() ? undefined : 'ended');
        },
        { withinMs: 60_000, seen: () => started.output().slice(-1_000) },
      );
      if (listening === 'ended')
        throw new Error(`${name} ended at its start: ${started.output().slice(-2_000)}`);
      url = listening;
    },
    async terminate() {
      const from = performance.now();
      await running?.stop(15_000);
      return performance.now() - from;
    },
    async kill() {
      running?.signal('SIGKILL');
      await running?.ended;
    },
  };
}

/** What stands between `node` and the program in the image's ENTRYPOINT. */
function entrypointFlags(): string[] {
  const line = /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1] ?? '[]';
  return (JSON.parse(line) as string[]).slice(1, -1);
}

function serviceEnv(url: string): Record<string, string> {
  const { hostname, port } = new URL(url);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
}

function fieldOf(pod: Answer, path: string): string {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Answer | undefined)?.[key], pod);
  if (typeof value !== 'string') throw new Error(`fieldRef ${path}: a field that this kubelet cannot play`);
  return value;
}
