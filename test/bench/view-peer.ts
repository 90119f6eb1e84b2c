// What programs without a view do on every pass: list all nodes and all pods. PEER=library uses client-node's typed
// lists as its documentation shows them; PEER=pages reads pages of 500 with fetch and JSON.parse. The second of two
// passes is measured (the first warms the code up). Prints one JSON object.
//
//   PEER=library|pages node test/bench/view-peer.ts SERVER
const [server = ''] = process.argv.slice(2);

async function withLibrary(): Promise<() => Promise<number>> {
  const { CoreV1Api, KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'bench', server, skipTLSVerify: true }, { name: 'bench' });
  const api = config.makeApiClient(CoreV1Api);
  return async () => {
    const nodes = await api.listNode();
    const pods = await api.listPodForAllNamespaces();
    return nodes.items.length + pods.items.length;
  };
}

async function withPages(): Promise<() => Promise<number>> {
  return async () => {
    let objects = 0;
    for (const path of ['/api/v1/nodes', '/api/v1/pods']) {
      let next = '';
      do {
        const answer = await fetch(`${server}${path}?limit=500&continue=${next}`);
        const { items, metadata } = JSON.parse(await answer.text());
        objects += items.length;
        next = metadata.continue ?? '';
      } while (next !== '');
    }
    return objects;
  };
}

const pass = await (process.env.PEER === 'library' ? withLibrary() : withPages());
await pass();
const before = process.cpuUsage();
const began = performance.now();
await pass();
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `${JSON.stringify({
    seconds: Number(((performance.now() - began) / 1000).toFixed(2)),
    cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
    peakMb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
  })}\n`,
);
process.exit(0);
