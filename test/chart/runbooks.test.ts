// docs/runbooks.md and the chart's alerts: a section for each, and no section for none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rulesOf, specOf } from './alerts/rules.ts';
import { canRender, ROOT, title } from './helm.ts';

const rules = canRender ? rulesOf(specOf()) : [];

describe.skipIf(!canRender)(title('docs/runbooks.md'), () => {
  const text = readFileSync(join(ROOT, 'docs', 'runbooks.md'), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  const ofAlerts = sections.filter((section) => section.startsWith('NodePlaceholder'));

  it('has a section for every alert, in their order, and none for others', () => {
    expect(ofAlerts.map((section) => section.split('\n')[0])).toEqual(rules.map(({ alert }) => alert));
  });

  it('says in each what it means, what users notice, how to find the cause, what to do, and when it goes away', () => {
    for (const section of ofAlerts) {
      const parts = [...section.matchAll(/^\*\*([^*]+)\.\*\*/gm)].map(([, part]) => part);
      expect(parts, section.split('\n')[0]).toEqual([
        'What it means',
        'What users notice',
        'Find the cause',
        'What to do',
        'Goes away',
      ]);
      expect(section, 'a command').toMatch(/```bash\n/);
    }
  });

  it('names in its table the severity that each has', () => {
    const rows = [...text.matchAll(/^\| \[(NodePlaceholder\w+)\]\(#(\w+)\) \| (\w+) \|/gm)];
    expect(rows.map(([, alert, anchor, severity]) => [alert, anchor, severity])).toEqual(
      rules.map(({ alert, labels }) => [alert, alert.toLowerCase(), labels.severity]),
    );
  });
});
