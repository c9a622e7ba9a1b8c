/** Joins the Wi-Fi network, and joins it again whenever the driver gave up. */

import { announce, FIRST_WAIT, nextWait, type Backoff } from "../app/backoff";
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
  /** Time passed, in ms; at least once a second. */
  tick(now: number): void;
}

/** Longest wait for an address, in ms; then the driver has forgotten to tell that it failed. */
export const JOIN_TIMEOUT = 30000;

export function createStation(settings: Wifi, backoff: Backoff, events: StationEvents): Station {
  let time = 0;
  /** When the wait for an address ends, or the wait before a try; 0 while connected. */
  let waitsUntil = 0;
  /** Between two tries, when an ESP8266 tells again and again that it is not connected. */
  let isWaiting = false;
  /** The next wait before a try, in ms. */
  let wait = FIRST_WAIT;

  function join(): void {
    isWaiting = false;
    events.say("Wi-Fi: joining " + settings.ssid);
    // Some versions of the interpreter tell a failure to the callback, some by the event, some not at all.
    waitsUntil = time + JOIN_TIMEOUT;
    wifi.connect(settings.ssid, settings.password ? { password: settings.password } : {});
  }

  function retry(why: string): void {
    if (isWaiting) return;
    isWaiting = true;
    const ms = announce("Wi-Fi: " + why, wait, backoff, events.say);
    wait = nextWait(wait, backoff);
    waitsUntil = time + ms;
  }

  return {
    start() {
      wifi.on("connected", (details) => {
        waitsUntil = 0;
        isWaiting = false;
        wait = FIRST_WAIT;
        events.say("Wi-Fi: connected, address " + details.ip);
        events.up();
      });
      wifi.on("disconnected", (details) => {
        events.down();
        retry("disconnected, " + (details.msg || "reason " + details.reason));
      });
      // What was kept would come back once the program has begun, and take its network away.
      wifi.save("clear");
      wifi.stopAP();
      join();
    },
    tick(now) {
      time = now;
      if (waitsUntil && now >= waitsUntil) {
        if (isWaiting) join();
        else {
          wifi.disconnect();
          retry("no answer");
        }
      }
    },
  };
}

/** Turns the radio off. */
export function restRadio(): void {
  wifi.stopAP();
  wifi.disconnect();
}
