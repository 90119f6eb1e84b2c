// What can be told from the dashboard's file alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dashboardText } from '../../chart/dashboards/source/dashboard.ts';
import { FILE, type Panel, panelsOf, queriesOf, readDashboard } from './dashboard-file.ts';

const dashboard = readDashboard();
const panels = panelsOf(dashboard);
const all = [...dashboard.panels, ...dashboard.panels.flatMap((panel) => panel.panels ?? [])];

test('the file is what its program writes', () => {
  expect(dashboardText()).toBe(readFileSync(FILE, 'utf8'));
});

describe('the rows', () => {
  const rows = dashboard.panels.filter(({ type }) => type === 'row');

  test('are an overview, one per pool, and the scaler itself folded up', () => {
    expect(rows.map(({ repeat, collapsed }) => [repeat, collapsed === true])).toEqual([
      [undefined, false],
      ['pool', false],
      [undefined, true],
    ]);
  });

  test('of a pool shows that pool alone, and the others all of them', () => {
    const [, poolRow, folded] = rows as [Panel, Panel, Panel];
    const inPoolRow = ({ gridPos }: Panel) => gridPos.y > poolRow.gridPos.y && gridPos.y < folded.gridPos.y;
    for (const panel of panels) {
      for (const { expr } of panel.targets ?? []) {
        expect(expr.includes('pool=~"$pool"'), `${panel.title}: ${expr}`).toBe(inPoolRow(panel));
      }
    }
  });
});

describe('the panels', () => {
  test.each(panels.map((panel) => [`${panel.id} ${panel.title}`, panel] as const))(
    '%s has a title, a unit, and says how to read it',
    (_, panel) => {
      expect(panel.title.length).toBeGreaterThan(2);
      expect(panel.description).toMatch(/^\S.{30,}\.$/s);
      expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
      expect(panel.datasource).toEqual({ type: 'prometheus', uid: '$datasource' });
      expect(panel.targets?.length).toBeGreaterThan(0);
    },
  );

  test('do not lie on each other, and stay on the grid', () => {
    for (const one of all) {
      const { x, w, h } = one.gridPos;
      expect([x >= 0, w > 0, h > 0, x + w <= 24], one.title).toEqual([true, true, true, true]);
      for (const other of all) {
        if (one.id < other.id) expect(overlap(one, other), `${one.title} and ${other.title}`).toBe(false);
      }
    }
  });

  test('have numbers of their own, and their queries letters', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { targets = [], title } of panels) {
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  test('ask for an instant or a range, by their kind', () => {
    for (const { type, targets = [], title } of panels) {
      for (const { instant, range } of targets) {
        expect([instant === true, range === true], title).toEqual([type === 'stat', type !== 'stat']);
      }
    }
  });
});

test('every metric of the reference is shown', () => {
  const reference = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'), 'utf8');
  const known = [...reference.matchAll(/^\| `(node_placeholder_\w+)` \| (\w+)/gm)].map(([, name, type]) =>
    type === 'histogram' ? `${name}_bucket` : (name as string),
  );
  const text = queriesOf(dashboard)
    .map(({ expression }) => expression)
    .join('\n');
  expect(known.length).toBeGreaterThan(30);
  expect(known.filter((name) => !text.includes(`${name}{`))).toEqual([]);
});

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
