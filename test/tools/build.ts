// `npm run tools` builds every program that tests need; `npm run tools helm` only that one.
import { buildTool, TOOLS } from './tools.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in TOOLS));
if (unknown.length > 0) {
  console.error(`expected some of ${Object.keys(TOOLS).join(', ')}, got ${unknown.join(', ')}`);
  process.exit(2);
}
for (const [name, tool] of Object.entries(TOOLS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const started = performance.now();
  const path = buildTool(tool);
  console.log(`${name}: ${path} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
