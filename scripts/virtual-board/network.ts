/** The network behind a virtual board: names and ports, and where on this machine they lead. */

export type Protocol = "tcp" | "udp";

/**
 * Where names and ports lead: `"mqtt.heclouds.com:6002"` to a TCP port of 127.0.0.1, `"ntp.aliyun.com:123/udp"` to a
 * UDP port, or a function that gives that port, or undefined for a host that it does not know. Nothing else of this
 * machine or beyond it can be reached: 127.0.0.1 is the chip itself, where nothing listens, unless a route says otherwise.
 */
export type Network =
  Readonly<Record<string, number>> | ((host: string, port: number, protocol: Protocol) => number | undefined);

/** @returns undefined when the host is not known; no port when it is, but nothing listens there */
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
