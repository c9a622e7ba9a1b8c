/** The chip's Wi-Fi driver, through the interpreter. */

import type { WifiDriver, WifiEvents } from "../app/station";
import type { Wifi } from "../board";
import { wifi } from "./radio";

export function createWifi(settings: Wifi, events: WifiEvents): WifiDriver {
  return {
    start() {
      wifi.on("connected", (details) => events.connected(details.ip));
      wifi.on("disconnected", (details) => events.disconnected(details.msg || "reason " + details.reason));
      // The saved configuration would come back once the program has begun, and take its network away.
      wifi.save("clear");
      wifi.stopAP();
    },
    join() {
      // Without a callback: some versions of the interpreter report a failure to it, some by the event, some not at all.
      wifi.connect(settings.ssid, settings.password ? { password: settings.password } : {});
    },
    leave: () => wifi.disconnect(),
  };
}

/** Turns the radio off. */
export function restRadio(): void {
  wifi.stopAP();
  wifi.disconnect();
}
