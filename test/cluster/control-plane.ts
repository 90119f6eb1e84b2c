// A Kubernetes control plane on this machine without containers: etcd, API server, controller manager and scheduler on
// free loopback ports, with its data in one folder. Parts can be killed, frozen and started again one by one.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTool, TOOLS, type ToolName } from '../tools/tools.ts';
import { ADMIN_TOKEN, type Answer, type CallOptions, kubeconfigText, openApi } from './api.ts';
import { freePorts, type Program, processesIn, type Running, until } from './processes.ts';

export { kubeconfigText } from './api.ts';

export const CONTROL_PLANE_PARTS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
] as const;
export type ControlPlanePart = (typeof CONTROL_PLANE_PARTS)[number];

export interface ControlPlaneOptions {
  folder: string;
  /** Added to the API server's command line: audit log, small event buffer. */
  apiserverArgs?: string[];
}

export interface ControlPlane {
  folder: string;
  url: string;
  /** Of an admin. */
  kubeconfig: string;
  ca: string;
  part(name: ControlPlanePart): Running;
  /** The same part with the same data on the same port. */
  restart(name: ControlPlanePart): Promise<void>;
  /** Starts a further program of the cluster: kwok, an autoscaler. */
  startProgram(program: Program): Running;
  /** Request as admin; throws on any status that is not 2xx, with what the server said. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder } = options;
  const processes = processesIn(join(folder, 'processes'));
  const data = join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const [etcd, peer, api, controller, scheduler] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const url = `https://127.0.0.1:${api}`;
  const kubeconfig = join(folder, 'kubeconfig');
  const ca = join(data, 'cert', 'apiserver.crt');
  writeKeys(data);
  writeFileSync(kubeconfig, kubeconfigText({ url, ca, token: ADMIN_TOKEN }));

  const binary = (name: ToolName) => buildTool(TOOLS[name]);
  const programs: Record<ControlPlanePart, Program> = {
    etcd: {
      name: 'etcd',
      command: binary('etcd'),
      args: [
        `--data-dir=${join(data, 'etcd')}`,
        `--listen-client-urls=http://127.0.0.1:${etcd}`,
        `--advertise-client-urls=http://127.0.0.1:${etcd}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-cluster=default=http://127.0.0.1:${peer}`,
        '--unsafe-no-fsync',
        '--log-level=warn',
      ],
    },
    'kube-apiserver': {
      name: 'kube-apiserver',
      command: binary('kube-apiserver'),
      args: [
        `--etcd-servers=http://127.0.0.1:${etcd}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        `--secure-port=${api}`,
        `--cert-dir=${join(data, 'cert')}`,
        `--token-auth-file=${join(data, 'tokens.csv')}`,
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${join(data, 'sa.pub')}`,
        `--service-account-signing-key-file=${join(data, 'sa.key')}`,
        '--service-cluster-ip-range=10.96.0.0/16',
        '--authorization-mode=Node,RBAC',
        // As real clusters allow it: the admission policy alone must refuse.
        '--allow-privileged',
        ...(options.apiserverArgs ?? []),
      ],
    },
    'kube-controller-manager': {
      name: 'kube-controller-manager',
      command: binary('kube-controller-manager'),
      args: [
        ...kubeconfigArgs(kubeconfig),
        `--service-account-private-key-file=${join(data, 'sa.key')}`,
        `--root-ca-file=${ca}`,
        '--leader-elect=false',
        '--controllers=*,-nodeipam',
        // While tests have the API server down, kwok's heartbeats are missing; pods are not to be called unready for it.
        '--node-monitor-grace-period=300s',
        '--bind-address=127.0.0.1',
        `--secure-port=${controller}`,
        '--kube-api-qps=200',
        '--kube-api-burst=400',
      ],
    },
    'kube-scheduler': {
      name: 'kube-scheduler',
      command: binary('kube-scheduler'),
      args: [
        ...kubeconfigArgs(kubeconfig),
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
        `--secure-port=${scheduler}`,
        '--kube-api-qps=200',
        '--kube-api-burst=400',
      ],
    },
  };

  const calls = openApi(url);
  const running = new Map<ControlPlanePart, Running>();
  const others: Running[] = [];

  async function start(name: ControlPlanePart): Promise<void> {
    const part = processes.start(programs[name]);
    running.set(name, part);
    if (name !== 'kube-apiserver') return;
    const ready = async () => {
      if (!part.alive()) return 'ended';
      return (await calls.call('GET', '/readyz')).text === 'ok' ? 'ready' : undefined;
    };
    if ((await until('the API server to be ready', ready, { withinMs: 60_000 })) === 'ended') {
      throw new Error(`the API server ended: ${part.output().slice(-800)}`);
    }
  }

  async function stop(): Promise<void> {
    await Promise.all(others.map((program) => program.stop()));
    const end = async (name: ControlPlanePart) => running.get(name)?.stop();
    await Promise.all([end('kube-scheduler'), end('kube-controller-manager')]);
    await end('kube-apiserver');
    await end('etcd');
    await calls.close();
    rmSync(data, { recursive: true, force: true });
  }

  try {
    for (const part of CONTROL_PLANE_PARTS) await start(part);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    url,
    kubeconfig,
    ca,
    call: calls.call,
    stop,
    part(name) {
      return running.get(name) as Running;
    },
    async restart(name) {
      await running.get(name)?.stop();
      await start(name);
    },
    startProgram(program) {
      const started = processes.start(program);
      others.push(started);
      return started;
    },
  };
}

function kubeconfigArgs(file: string): string[] {
  return ['--kubeconfig', '--authentication-kubeconfig', '--authorization-kubeconfig'].map(
    (flag) => `${flag}=${file}`,
  );
}

function writeKeys(data: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(data, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(data, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(data, 'tokens.csv'), `${ADMIN_TOKEN},admin,admin,"system:masters"\n`);
}
