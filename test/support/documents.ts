// The project's documents as text: what stands in code, links and tables, and what of it leads nowhere.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Folders whose files are named with the whole path. */
const FOLDERS = ['scaler', 'chart', 'docs', 'examples', 'test'];

/** Text in backticks outside of blocks, in order. */
export function spans(text: string): string[] {
  return [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string);
}

export function blocks(text: string, language: string): string[] {
  const fence = new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
  return [...text.matchAll(fence)].map(([, block]) => block as string);
}

/** As GitHub makes it from a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

export function anchors(text: string): string[] {
  return [...text.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    slug(heading as string),
  );
}

/** Links to files of the project that lead nowhere, or to a heading that is not there. */
export function deadLinks(document: string): string[] {
  const text = textOf(document).replace(/```[\s\S]*?```/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? document : normalize(join(dirname(document), path));
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && !anchors(textOf(file)).includes(anchor);
  });
}

/** Paths of the project in code, whole ones: `scaler/pass.ts`, `test/cluster`. */
export function paths(text: string): string[] {
  const within = new RegExp(`(?<![\\w./-])(?:\\./)?((?:${FOLDERS.join('|')})/[\\w./-]*\\w)`, 'g');
  const code = [...spans(text), ...blocks(text, 'bash')];
  return code.flatMap((span) => [...span.matchAll(within)].map(([, path]) => path as string));
}

/** Rows of the table under a heading, as cells; without its head. */
export function tableUnder(text: string, heading: string): string[][] {
  const section = text.slice(text.indexOf(`\n${heading}\n`)).split(/\n## /)[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}
