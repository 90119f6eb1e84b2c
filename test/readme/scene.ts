// Where the commands of the documents are played: a folder that looks like a clone with a person's own files in it, and a
// simulated cluster. Addresses in examples lead nowhere, so calendars are read from a file instead.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedCluster, startSimulatedCluster } from '../../examples/demo/cluster.ts';
import { userPool } from '../../examples/demo/controllers/nodes.ts';
import { type CommandResult, ROOT, runBeside } from '../support/command.ts';
import { settingsIn } from '../support/markdown.ts';

export interface Scene {
  folder: string;
  /** Runs our command line in it, with the cluster as the context. */
  run(words: string[]): Promise<CommandResult>;
  /** A name for each word in capitals that the reader replaces. */
  fill(word: string): string;
  close(): Promise<void>;
}

const CALENDAR = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Class//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART:20991123T170000Z
DTEND:20991123T180000Z
SUMMARY:Data 8 midterm
DESCRIPTION:data8: 3
END:VEVENT
END:VCALENDAR
`.replaceAll('\n', '\r\n');

/** `documents`: their YAML fences that have a file name are files; a later one takes the place of an earlier. */
export async function openScene(documents: string[]): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  for (const name of ['scaler', 'chart', 'examples', 'node_modules', 'package.json'])
    symlinkSync(join(ROOT, name), join(folder, name));
  const calendar = join(folder, 'calendar.ics');
  writeFileSync(calendar, CALENDAR);
  for (const { name, text } of documents.flatMap(settingsIn))
    if (name !== undefined) writeFileSync(join(folder, name), text);
  const cluster = await startCluster();
  const node = cluster.store.list('nodes')[0]?.metadata.name ?? '';
  const filled: Record<string, string> = {
    NAME: node,
    TITLE: 'midterm',
    ADDRESS: calendar,
    FILE: calendar,
    DIR: folder,
  };
  return {
    folder,
    run: (words) =>
      runBeside(atHome(words, { folder, calendar }), {
        cwd: folder,
        env: { KUBECONFIG: cluster.kubeconfigPath },
      }),
    fill: (word) => filled[word] ?? word,
    async close() {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function startCluster(): Promise<SimulatedCluster> {
  return startSimulatedCluster({
    groups: [
      {
        name: 'data8',
        ...userPool('data8-pool'),
        allocatable: { cpu: '8', memory: '60Gi', pods: '110' },
        start: 1,
      },
    ],
    controllers: [],
  });
}

/** The same command, reading its calendar from the file; `run` ends after one look. */
function atHome(words: string[], { folder, calendar }: { folder: string; calendar: string }): string[] {
  const [command] = words;
  if (command === 'plan' || command === 'check') {
    const says = words.includes('--calendar') || words.includes('--no-calendars');
    return says ? words : [...words, '--calendar', calendar];
  }
  if (command !== 'run') return words;
  const values = words.indexOf('--values') + 1;
  const text = readFileSync(join(folder, words[values] ?? ''), 'utf8');
  const copy = join(folder, 'run-values.yaml');
  writeFileSync(copy, text.replace(/^calendarUrl:.*$/m, `calendarUrl: ${calendar}`));
  return [...words.with(values, copy), ...(words.includes('--once') ? [] : ['--once'])];
}
