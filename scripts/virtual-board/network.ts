/** The network behind a virtual board: names and ports, and where on this machine they lead. */

/**
 * Where names and ports lead: `"mqtt.heclouds.com:6002"` to a port of 127.0.0.1, or a function that gives that port,
 * or undefined for a host that it does not know. Connections never leave 127.0.0.1, which itself needs no route.
 */
export type Network = Readonly<Record<string, number>> | ((host: string, port: number) => number | undefined);

/** @returns undefined when the host is not known; no port when it is, but nothing listens there */
export function findRoute(
  network: Network,
  host: string,
  port: number,
): { port: number | undefined } | undefined {
  if (typeof network === "function") {
    const target = network(host, port);
    return target === undefined ? undefined : { port: target };
  }
  const target = network[`${host}:${port}`];
  if (target !== undefined) return { port: target };
  const isKnown = Object.keys(network).some((key) => key.slice(0, key.lastIndexOf(":")) === host);
  return isKnown ? { port: undefined } : undefined;
}
