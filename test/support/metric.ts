// One number of what Prometheus would read, by its series as it is written there.
import type { Service } from '../../scaler/service.ts';

/** `feed_state{feed="x",state="good"}`, without the common prefix; undefined: there is no such series. */
export async function metric({ url }: Service, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`node_placeholder_${series} `));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}
