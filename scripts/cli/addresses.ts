/** This computer's addresses in its networks. */

import { networkInterfaces } from "node:os";

/** IPv4 addresses at which others reach this computer; none without a network. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}
