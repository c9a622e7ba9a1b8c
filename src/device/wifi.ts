/** Joins the Wi-Fi network, and joins it again whenever the driver gave up. */

import type { Backoff } from "../app/backoff";
import type { Wifi } from "../board";

export interface WifiEvents {
  /** The board has an address. */
  up(): void;
  /** It has none any more. */
  down(): void;
  say(line: string): void;
}

/** Longest wait for an address, in ms; then the driver has forgotten to tell that it failed. */
export const JOIN_TIMEOUT = 30000;

export function joinWifi(settings: Wifi, backoff: Backoff, events: WifiEvents): void {
  const wifi = require("Wifi");
  let timer = 0;

  function after(delay: number, action: () => void): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      action();
    }, delay);
  }

  function join(): void {
    events.say("Wi-Fi: joining " + settings.ssid);
    // Some versions of the interpreter tell a failure here, some by the event, some not at all.
    after(JOIN_TIMEOUT, () => {
      wifi.disconnect();
      retry("no answer");
    });
    wifi.connect(settings.ssid, settings.password ? { password: settings.password } : {}, () => undefined);
  }

  function retry(why: string): void {
    const wait = backoff.next();
    events.say("Wi-Fi: " + why + "; next try in " + Math.ceil(wait / 1000) + " s");
    after(wait, join);
  }

  wifi.on("connected", (details) => {
    if (timer) clearTimeout(timer);
    timer = 0;
    backoff.reset();
    events.say("Wi-Fi: connected, address " + details.ip);
    events.up();
  });
  wifi.on("disconnected", (details) => {
    events.down();
    retry("disconnected, " + (details.msg || "reason " + details.reason));
  });
  wifi.stopAP();
  join();
}
