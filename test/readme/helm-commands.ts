// Helm's commands in the documents: what installs or upgrades is rendered with the same chart, values and options; of the
// other verbs helm itself says whether it knows them and their options. Without helm nothing can be said; then the
// caller skips.
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import type { ShownCommand } from '../support/markdown.ts';
import { toolForTest } from '../tools/tools.ts';
import type { Scene } from './scene.ts';

/** They make an upgrade what it is, and mean nothing for rendering. */
const OF_UPGRADES = new Set(['--install', '--create-namespace', '--force-conflicts', '--wait', '--atomic']);
const VERB =
  /^(upgrade|install|template|uninstall|rollback|history|get|list|status|show|lint|dependency|package)$/;

export function checkHelm({ words }: ShownCommand, scene: Scene): void {
  const helm = toolForTest('helm');
  if (helm === undefined) return;
  const run = (args: string[]) => {
    const { status, stdout, stderr } = spawnSync(helm, args, {
      cwd: scene.folder,
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: '/dev/null' },
    });
    return { status, stdout, stderr };
  };
  const verb = words.find((word) => VERB.test(word)) ?? '';
  expect(VERB.test(verb)).toBe(true);
  const more = words.slice(1).filter((word) => word !== verb);
  const options = more.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*$/, ''));
  const topic =
    verb === 'get' ? [verb, more.find((word) => /^(values|manifest|notes)$/.test(word)) ?? ''] : [verb];
  const help = run([...topic, '--help']).stdout;
  for (const option of options) expect(help, option).toMatch(new RegExp(`${option}\\b`));
  // A verb alone is the name of a step, not a command to type.
  if ((verb !== 'upgrade' && verb !== 'install') || more.length === 0) return;
  const { status, stdout, stderr } = run(['template', ...more.filter((word) => !OF_UPGRADES.has(word))]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const image = more.find((word) => word.startsWith('image.repository='))?.split('=')[1];
  if (image !== undefined) expect(stdout).toMatch(new RegExp(`image: "?${image}:`));
}
