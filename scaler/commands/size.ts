// `size`: the placeholder size for one node of the cluster that the kubeconfig points to, with its arithmetic.
import { connect } from '../cluster/connection.ts';
import type { NodeObject } from '../cluster/nodes.ts';
import type { PodObject } from '../cluster/pods.ts';
import { explainSize, sizeText } from '../placeholder/explain-size.ts';

export interface SizeOptions {
  node: string;
  output: 'text' | 'json';
}

export async function size(options: SizeOptions): Promise<number> {
  const connection = await connect();
  try {
    const path = `/api/v1/nodes/${encodeURIComponent(options.node)}`;
    const node = await connection.request({ method: 'GET', path });
    if (node.status !== 200) return refuse(await explainMissing(connection, options.node, node.status));
    const query = { fieldSelector: `spec.nodeName=${options.node}` };
    const pods = await connection.request({ method: 'GET', path: '/api/v1/pods', query });
    if (pods.status !== 200) return refuse(`GET /api/v1/pods answered ${pods.status}, expected 200`);
    const explained = explainSize(node.body as NodeObject, (pods.body as { items: PodObject[] }).items);
    const text = options.output === 'json' ? JSON.stringify(explained, null, 2) : sizeText(explained);
    process.stdout.write(`${text}\n`);
    return 0;
  } finally {
    await connection.close();
  }
}

async function explainMissing(
  connection: Awaited<ReturnType<typeof connect>>,
  name: string,
  status: number,
): Promise<string> {
  if (status !== 404) return `reading node ${name} answered ${status}, expected 200`;
  const list = await connection.request({ method: 'GET', path: '/api/v1/nodes', query: { limit: 10 } });
  const names = ((list.body as { items?: NodeObject[] }).items ?? []).map((node) => node.metadata.name);
  return `no node ${JSON.stringify(name)}; ${names.length === 0 ? 'there is none at all' : `there are ${names.join(', ')}, ...`}`;
}

function refuse(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return 1;
}
