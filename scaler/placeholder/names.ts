// The names of the objects that the scaler and its chart share. `release` is the chart's full name (the release name
// when it contains the chart's name, else release-chart); the chart renders the same names. The priority class is
// cluster-scoped, so its name is the chart's to make and is handed in.

/** The Deployment of a pool; also how the original calls it. */
export function deploymentName(pool: string): string {
  return `${pool}-placeholder`;
}

/** The empty ConfigMap that owns a pool's Deployment: the chart renders one per pool, and it goes with the release. */
export function ownerName(release: string, pool: string): string {
  return `${release}-pool-${pool}`;
}

export function leaseName(release: string): string {
  return release;
}

export function stateName(release: string): string {
  return `${release}-state`;
}
