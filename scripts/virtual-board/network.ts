/** The network behind a virtual board: where names and ports lead on this machine. */

export type Protocol = "tcp" | "udp";

/**
 * Where names and ports lead: `"mqtt.heclouds.com:6002"` to a TCP port on 127.0.0.1, `"ntp.aliyun.com:123/udp"` to a
 * UDP port. Or a function that returns the port, or undefined for an unknown host. Nothing else can be reached:
 * without a route, 127.0.0.1 is the chip itself, where nothing listens.
 */
export type Network =
  | Readonly<Record<string, number>>
  | ((host: string, port: number, protocol: Protocol) => number | undefined);

/** @returns undefined for an unknown host; no port if nothing listens there */
export function findRoute(
  network: Network,
  host: string,
  port: number,
  protocol: Protocol = "tcp",
): { port: number | undefined } | undefined {
  if (typeof network === "function") {
    const target = network(host, port, protocol);
    return target === undefined ? undefined : { port: target };
  }
  const target = network[`${host}:${port}${protocol === "udp" ? "/udp" : ""}`];
  if (target !== undefined) return { port: target };
  const isKnown = Object.keys(network).some((key) => key.slice(0, key.lastIndexOf(":")) === host);
  return isKnown ? { port: undefined } : undefined;
}
