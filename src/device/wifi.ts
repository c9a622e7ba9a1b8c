/** The chip's Wi-Fi driver, through the interpreter. */

import { fixedAddress } from "virtual:features";
import type { WifiDriver, WifiEvents } from "../app/station";
import { wifi } from "./radio";

export interface WifiSettings {
  /** Name of a network, by its number. */
  ssid(network: number): string;
  /** Its password; empty for an open network. */
  password(network: number): string;
  /** The board's own address there; undefined for one from the router. */
  address(network: number): FixedAddress | undefined;
  /** The IPv4 address of its name server; used with an address of its own. */
  dns(network: number): string;
  /** The board's name for the router; empty for the interpreter's. */
  readonly hostname: string;
}

export function createWifi(settings: WifiSettings, events: WifiEvents): WifiDriver {
  return {
    start() {
      wifi.on("connected", (details) => events.connected(details.ip));
      wifi.on("disconnected", (details) => events.disconnected(details.msg || "reason " + details.reason));
      // The saved configuration would come back once the program has begun, and take its network away.
      wifi.save("clear");
      wifi.stopAP();
    },
    join(network) {
      const password = settings.password(network);
      const address = fixedAddress && settings.address(network);
      // Without a callback: some versions of the interpreter report a failure to it, some by the event, some not at all.
      wifi.connect(
        settings.ssid(network),
        address ? { password, dnsServers: [settings.dns(network)] } : password ? { password } : {},
      );
      // Only now is there an interface that keeps them. On an ESP8266 `setHostname` turns DHCP on, and `setIP` off.
      if (settings.hostname) wifi.setHostname(settings.hostname);
      if (address) wifi.setIP(address, () => undefined);
    },
    leave: () => wifi.disconnect(),
  };
}

/** Turns the radio off. */
export function restRadio(): void {
  wifi.stopAP();
  wifi.disconnect();
}
