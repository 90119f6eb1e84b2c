// What each command of the documents is held to. Ours are run, in a scene; of the others that is checked what can be
// wrong with them here, and `why` says why they are not run as they stand, and which test plays them for real.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { version } from '../../scaler/version.ts';
import { ROOT } from '../support/command.ts';
import type { ShownCommand } from '../support/markdown.ts';
import { checkHelm } from './helm-commands.ts';
import { checkKubectl } from './kubectl-commands.ts';
import type { Scene } from './scene.ts';

export interface Rule {
  matches: RegExp;
  check(command: ShownCommand, scene: Scene): void | Promise<void>;
  /** Absent: it is run. */
  why?: string;
  /** Test files that play it for real. */
  playedIn?: string[];
}

const OURS = /^(?:(?:npx )?node scaler\/main\.ts |node-placeholder-scaler )?(plan|check|size|events|run) /;

export const RULES: Rule[] = [
  { matches: OURS, check: runOurs },
  {
    matches: /^docker run /,
    why: 'there is no container engine; what the image would run is run instead, in the mounted folder',
    playedIn: ['test/cluster/image.test.ts'],
    check: ({ text, output }, scene) => {
      const [, words = ''] = / REGISTRY\/node-placeholder-scaler:\S+ (.*)$/.exec(text) ?? [];
      expect(text).toContain(` REGISTRY/node-placeholder-scaler:${version()} `);
      expect(text).toMatch(/ --volume "\$PWD:\/values:ro" --workdir \/values /);
      return runOurs({ text: words, words: words.split(' '), line: 0, ...(output && { output }) }, scene);
    },
  },
  {
    matches: /^docker (build|push) /,
    why: 'there is neither a container engine nor a registry; the image test builds the same Dockerfile',
    playedIn: ['test/cluster/image.test.ts'],
    check({ text }) {
      expect(text).toContain(`REGISTRY/node-placeholder-scaler:${version()}`);
      expect(read('chart/Chart.yaml')).toContain(version());
      expect(existsSync(join(ROOT, 'Dockerfile'))).toBe(true);
    },
  },
  {
    matches: /^npm (ci|test)$/,
    why: 'this is a part of them; CI begins with them on a clean clone',
    check({ words: [, verb] }) {
      expect(read('.ci/run')).toContain(`npm ${verb}`);
    },
  },
  {
    matches: /^npm run /,
    why: 'each takes minutes; that the script is there, and takes these options, is checked',
    playedIn: ['test/demo/demo.test.ts', 'test/config/generate.test.ts'],
    check: ({ words }) => checkScript(words),
  },
  {
    matches: /^node test\//,
    why: 'a bench takes minutes',
    check: ({ words: [, file = ''] }) => expect(existsSync(join(ROOT, file))).toBe(true),
  },
  {
    matches: /^npx node$/,
    why: 'no command by itself: the name of the runtime',
    check: () => expect(read('package.json')).toContain('"node":'),
  },
  {
    matches: /^helm /,
    why: 'an upgrade needs a cluster: the same chart, values and options are rendered, other verbs are compared with what helm knows',
    playedIn: [
      'test/cluster/main-job.test.ts',
      'test/cluster/take-over.test.ts',
      'test/cluster/uninstall.test.ts',
    ],
    check: checkHelm,
  },
  {
    matches: /^kubectl /,
    why: 'kubectl is not built here: names, labels, ports and annotations are compared with what chart and scaler make',
    playedIn: ['test/cluster/hands.test.ts', 'test/cluster/main-job.test.ts'],
    check: ({ words }) => checkKubectl(words),
  },
  {
    matches: /^(git config|cp examples\/checks\/|cd )/,
    why: 'it changes a repository of its own: the test of the examples does it in a scratch one',
    playedIn: ['test/commands/check-examples.test.ts'],
    check({ words }, scene) {
      const [program, source = ''] = words;
      if (program === 'cp') expect(existsSync(join(ROOT, source))).toBe(true);
      if (program !== 'git') return;
      const [key = '', value = ''] = words.slice(-2);
      expect(read('examples/checks/pre-commit')).toMatch(new RegExp(`git config (--get-all )?${key}\\b`));
      if (!key.endsWith('.check')) return;
      expect(value).toMatch(/ check$/);
      if (!value.startsWith('docker')) expect(value).toMatch(/\/scaler\/main\.ts check$/);
      else expect(value).toMatch(/--volume "\$PWD:\/values:ro" --workdir \/values REGISTRY/);
      expect(scene.folder).not.toBe('');
    },
  },
];

export const ruleFor = (command: ShownCommand) =>
  RULES.find(({ matches }) => matches.test(`${command.text.trim()}`));

async function runOurs({ text, words, output }: ShownCommand, scene: Scene): Promise<void> {
  const [, command = ''] = OURS.exec(text) ?? [];
  const args = words
    .slice(words.indexOf(command))
    .map((word, index, all) =>
      all[index - 1] === '--values' && word === 'FILE' ? 'values.yaml' : scene.fill(word),
    );
  const needsValues = ['plan', 'check', 'run'].includes(command) && !args.includes('--values');
  const { status, stdout, stderr } = await scene.run([
    ...args,
    ...(needsValues ? ['--values', 'values.yaml'] : []),
  ]);
  if (output !== undefined) expect(stdout).toBe(output);
  const hasProblems = /^\d+ problems?:|: \d+ problems?:/m.test(stdout) || command === 'run';
  expect({ status, stderr }).toEqual({ status: hasProblems ? expect.toBeOneOf([0, 1]) : 0, stderr: '' });
  if (args.includes('--dry-run')) expect(stdout).toContain('dry run: would write');
}

function checkScript([, , script = '', ...rest]: string[]): void {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(Object.keys(scripts)).toContain(script);
  const file = /^node (\S+)/.exec(scripts[script] ?? '')?.[1];
  if (file === undefined) return;
  const source = read(file);
  const asked = rest.filter((word) => /^--\w/.test(word) && word !== '--help');
  expect(
    asked.filter((option) => !source.includes(`'${option} `) && !source.includes(`'${option}'`)),
  ).toEqual([]);
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
