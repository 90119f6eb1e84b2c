// The image from the Dockerfile, without a container engine: Debian's buildah with chroot isolation, as root. Its base,
// node:26-slim, is put together here and given that name: a debootstrap tree with node and npm from the npm registry.
// Chroot isolation enforces neither a read-only root nor seccomp.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

const cache = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'node-placeholder-scaler', 'image');

/** Debian's programs are there and may be used: root, or else chroot isolation cannot be had. */
export function canBuildImage(): boolean {
  if (process.env.CI === 'true') return true;
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return process.getuid?.() === 0 && has('buildah') && has('debootstrap') && existsSync(baseTree());
}

export interface Image {
  name: string;
  entrypoint: string[];
  user: string;
  /** The tree of a container made from it, for `buildah run`. */
  container: string;
  remove(): void;
}

/** Builds it; `folder` is for what is thrown away afterwards. */
export function buildImage(folder: string): Image {
  const base = baseImageTree();
  const buildah = (...args: string[]) => run('buildah', [...storage(folder), ...args]);
  const from = buildah('from', 'scratch').trim();
  buildah('add', '--quiet', from, base, '/');
  buildah('config', '--env', 'PATH=/usr/local/bin:/usr/bin:/bin', from);
  buildah('commit', '--quiet', '--rm', from, 'docker.io/library/node:26-slim');
  const npmrc = join(folder, 'npmrc');
  const registry = run('npm', ['config', 'get', 'registry']).trim();
  writeFileSync(npmrc, `registry=${registry}\ncafile=${CERTIFICATES}\n`);
  const name = 'localhost/node-placeholder-scaler:test';
  const mounted = [`${npmrc}:/usr/local/etc/npmrc:ro`, `${CERTIFICATES}:${CERTIFICATES}:ro`];
  buildah(
    'bud',
    '--quiet',
    '--pull-never',
    ...mounted.flatMap((volume) => ['--volume', volume]),
    ...['--tag', name, '--file', join(ROOT, 'Dockerfile'), ROOT],
  );
  const container = buildah('from', '--pull-never', name).trim();
  const { OCIv1 } = JSON.parse(buildah('inspect', '--type', 'image', name));
  return {
    name,
    container,
    entrypoint: OCIv1.config.Entrypoint,
    user: OCIv1.config.User,
    remove: () => void buildah('rmi', '--all', '--force'),
  };
}

/** Before every command: where images are kept, and that there is no engine. */
export function storage(folder: string): string[] {
  return ['--root', join(folder, 'images'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
}

const nodeVersion = () =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', 'node', 'package.json'), 'utf8')).version as string;
const baseTree = () => join(cache(), `bookworm-node-${nodeVersion()}`);

/** Made once. */
export function baseImageTree(): string {
  const tree = baseTree();
  if (existsSync(tree)) return tree;
  const partial = `${tree}.${process.pid}`;
  mkdirSync(cache(), { recursive: true });
  try {
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates,libatomic1', 'bookworm', partial]);
    const bin = join(partial, 'usr', 'local', 'bin');
    copyFileSync(join(ROOT, 'node_modules', 'node', 'bin', 'node'), join(bin, 'node'));
    const npm = run('npm', ['--version']).trim();
    run('npm', ['install', '--global', '--prefix', join(partial, 'usr', 'local'), `npm@${npm}`]);
    rmSync(join(partial, 'var', 'cache', 'apt', 'archives'), { recursive: true, force: true });
    renameSync(partial, tree);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  return tree;
}

function run(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  throw new Error(
    `${command} ${args.slice(-3).join(' ')} failed: ${error ?? `${stdout}\n${stderr}`.slice(-2_000)}`,
  );
}
