// The kubelet's part in a pod's files: ConfigMaps and Secrets written below a folder as volumes, and changed the way the
// kubelet changes them: a new folder beside the old one, then one symbolic link swapped, so that a reader sees either
// all of the old or all of the new.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Answer, Api } from './api.ts';

/** Writes `files` (by path) into the volume, in place of what was there. */
export function writeVolume(volume: string, files: Record<string, string>): void {
  mkdirSync(volume, { recursive: true });
  const data = mkdtempSync(join(volume, '..version-'));
  chmodSync(data, 0o755);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(data, path)), { recursive: true });
    writeFileSync(join(data, path), content);
  }
  const before = readdirSync(volume).filter((name) => name.startsWith('..version-') && !data.endsWith(name));
  symlinkSync(basename(data), join(volume, '..data_tmp'));
  renameSync(join(volume, '..data_tmp'), join(volume, '..data'));
  const wanted = new Set(Object.keys(files).map((path) => path.split('/')[0] as string));
  const there = new Set(readdirSync(volume).filter((name) => !name.startsWith('..')));
  for (const name of wanted) if (!there.has(name)) symlinkSync(join('..data', name), join(volume, name));
  for (const name of there) if (!wanted.has(name)) rmSync(join(volume, name));
  for (const name of before) rmSync(join(volume, name), { recursive: true });
}

/** What a volume of a pod holds now, by path. Knows the kinds of volume that the chart renders. */
export async function volumeFiles(
  api: Pick<Api, 'call'>,
  namespace: string,
  volume: Answer,
): Promise<Record<string, string> | undefined> {
  const sources: Answer[] = volume.projected?.sources ?? [volume];
  const files: Record<string, string> = {};
  for (const source of sources) {
    if (source.serviceAccountToken !== undefined) return undefined;
    const from = source.configMap ?? source.secret;
    if (from === undefined) throw new Error(`volume ${volume.name}: a kind that this kubelet cannot play`);
    const kind = source.configMap === undefined ? 'secrets' : 'configmaps';
    const found = await api.call(
      'GET',
      `/api/v1/namespaces/${namespace}/${kind}/${from.name ?? from.secretName}`,
      {
        allow: from.optional ? [404] : [],
      },
    );
    const decode = (text: string) => (kind === 'secrets' ? Buffer.from(text, 'base64').toString() : text);
    const data: Record<string, string> = found.data ?? {};
    const items: { key: string; path: string }[] =
      from.items ?? Object.keys(data).map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      if (data[key] !== undefined) files[path] = decode(data[key]);
    }
  }
  return files;
}
