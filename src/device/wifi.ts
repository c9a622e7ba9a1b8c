/** Joins the Wi-Fi network, and joins it again whenever the driver gave up. */

import { FIRST_WAIT, nextTry, nextWait, scattered, type Backoff } from "../app/backoff";
import type { Wifi } from "../board";
import { wifi } from "./radio";

export interface StationEvents {
  /** The board has an address. */
  up(): void;
  /** It has none any more. */
  down(): void;
  say(line: string): void;
}

export interface Station {
  /** Joins, and from then on keeps joined. To be called once. */
  start(): void;
}

/** Longest wait for an address, in ms; then the driver has forgotten to tell that it failed. */
export const JOIN_TIMEOUT = 30000;

export function createStation(settings: Wifi, backoff: Backoff, events: StationEvents): Station {
  /** The next try, or the end of the wait for this one; 0 while connected. */
  let timer = 0;
  /** Between two tries, when an ESP8266 tells again and again that it is not connected. */
  let isWaiting = false;
  /** The next wait before a try, in ms. */
  let wait = FIRST_WAIT;

  function after(delay: number, action: () => void): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  function join(): void {
    isWaiting = false;
    events.say("Wi-Fi: joining " + settings.ssid);
    // Some versions of the interpreter tell a failure to the callback, some by the event, some not at all.
    after(JOIN_TIMEOUT, () => {
      wifi.disconnect();
      retry("no answer");
    });
    wifi.connect(settings.ssid, settings.password ? { password: settings.password } : {}, () => undefined);
  }

  function retry(why: string): void {
    if (isWaiting) return;
    isWaiting = true;
    const ms = scattered(wait, backoff);
    wait = nextWait(wait, backoff);
    events.say("Wi-Fi: " + why + nextTry(ms));
    after(ms, join);
  }

  return {
    start() {
      wifi.on("connected", (details) => {
        if (timer) clearTimeout(timer);
        timer = 0;
        isWaiting = false;
        wait = FIRST_WAIT;
        events.say("Wi-Fi: connected, address " + details.ip);
        events.up();
      });
      wifi.on("disconnected", (details) => {
        events.down();
        retry("disconnected, " + (details.msg || "reason " + details.reason));
      });
      wifi.stopAP();
      join();
    },
  };
}

/** Turns the radio off. */
export function restRadio(): void {
  wifi.stopAP();
  wifi.disconnect();
}
