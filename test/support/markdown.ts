// What a document shows: its fenced commands with the output under them, the commands in its sentences, its settings.
// A fence without a language right after one of commands is their output; any other is a picture.

export interface ShownCommand {
  /** On one line, as typed. */
  text: string;
  /** As a shell splits it, without quotes. */
  words: string[];
  line: number;
  /** Under the last command of a fence: what it prints. */
  output?: string;
}

interface Fence {
  language: string;
  body: string;
  line: number;
}

/** Also those that are indented in a list. */
function fencesOf(markdown: string): Fence[] {
  return [...markdown.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map((found) => {
    const [, indent = '', language = '', body = ''] = found;
    const dedented = body.replaceAll(new RegExp(`^ {${indent.length}}`, 'gm'), '');
    return { language, body: dedented, line: markdown.slice(0, found.index).split('\n').length };
  });
}

export function fencedCommands(markdown: string): ShownCommand[] {
  const fences = fencesOf(markdown);
  return fences.flatMap(({ language, body, line }, index) => {
    if (!['bash', 'sh', 'shell', 'console'].includes(language)) return [];
    const next = fences[index + 1];
    const commands = body
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((each) => each.replace(/(^|\s{2,})#.*$/, '').trim())
      .filter((each) => each !== '')
      .flatMap((each) => each.split(' && '))
      .map((text): ShownCommand => ({ text, words: shellWords(text), line }));
    const last = commands.at(-1);
    if (next?.language === '' && last !== undefined) last.output = next.body;
    return commands;
  });
}

/** Fences that are neither a command's output nor in a language. */
export function pictures(markdown: string): string[] {
  const fences = fencesOf(markdown);
  return fences
    .filter(({ language }, index) => language === '' && fences[index - 1]?.language !== 'bash')
    .map(({ body }) => body);
}

/** YAML fences; a file name in a comment on the first line is the name it goes by: `# hub.yaml`. */
export function settingsIn(markdown: string): { name?: string; text: string; line: number }[] {
  return fencesOf(markdown)
    .filter(({ language }) => language === 'yaml')
    .map(({ body, line }) => {
      const name = /^# (\S+\.yaml)\n/.exec(body)?.[1];
      return { ...(name !== undefined && { name }), text: body, line };
    });
}

const PROGRAMS = /^(npx|npm|node|kubectl|helm|docker|git|curl|promtool|node-placeholder-scaler)\s+\S/;
const OURS = /^(plan|check|size|events|run)\s+--/;

/** Code in sentences and tables that is a command. */
export function inlineCommands(markdown: string): ShownCommand[] {
  const prose = markdown.replaceAll(/^( *)```\w*\n[\s\S]*?^\1```$/gm, (fence) =>
    fence.replaceAll(/[^\n]/g, ''),
  );
  return [...prose.matchAll(/`([^`]+)`/g)]
    .map((found) => ({ text: (found[1] ?? '').replaceAll(/\s+/g, ' '), index: found.index }))
    .filter(({ text }) => PROGRAMS.test(text) || OURS.test(text))
    .map(({ text, index }) => ({
      text,
      words: shellWords(text),
      line: prose.slice(0, index).split('\n').length,
    }));
}

function shellWords(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}
