/**
 * Joins the Wi-Fi network, and joins it again after every failure and loss.
 *
 *     phase     input                     output                      next phase
 *     Waiting   start, the wait is over   joins                       Joining
 *     Joining   address                   line on the console, up     Joined
 *     Joining   disconnected              down, line on the console   Waiting
 *     Joining   no address in time        leaves, line                Waiting
 *     Joined    disconnected              down, line on the console   Waiting
 *     Waiting   disconnected              down                        Waiting
 *     Waiting   address                   line on the console, up     Joined
 */

import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";

/** The chip's Wi-Fi driver. */
export interface WifiDriver {
  /** Prepares the chip; events may follow. To be called once. */
  start(): void;
  /** Begins to join the network; an event follows, except that a failure may go unreported. */
  join(): void;
  /** Gives up joining. */
  leave(): void;
}

/** Events of the driver. */
export interface WifiEvents {
  connected(address: string): void;
  /** A try failed, or the network is lost; may come again and again while there is none. */
  disconnected(why: string): void;
}

export interface StationParts {
  /** Name of the network. */
  readonly ssid: string;
  createDriver(events: WifiEvents): WifiDriver;
  readonly backoff: Backoff;
  /** Time by ticks, in ms. */
  now(): number;
  /** The board has an address. */
  up(): void;
  /** It has none any more. */
  down(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Station {
  /** Joins for the first time. */
  start(): void;
  /** Time passed; called at least once a second. */
  tick(): void;
  /** Whether the board has an address. */
  isUp(): boolean;
}

/** Longest wait for an address, in ms: the driver may fail without an event. */
export const JOIN_TIMEOUT = 30000;

const enum Phase {
  Waiting,
  Joining,
  Joined,
}

export function createStation(parts: StationParts): Station {
  let phase = Phase.Waiting;
  /** When the wait of Waiting or Joining ends. */
  let dueAt = 0;
  /** The next wait before a try, in ms. */
  let wait = FIRST_WAIT;

  const driver = parts.createDriver({
    connected(address) {
      phase = Phase.Joined;
      wait = FIRST_WAIT;
      parts.say("Wi-Fi: connected, address " + address);
      parts.up();
    },
    disconnected(why) {
      parts.down();
      retry("disconnected, " + why);
    },
  });

  function join(): void {
    phase = Phase.Joining;
    dueAt = parts.now() + JOIN_TIMEOUT;
    parts.say("Wi-Fi: joining " + parts.ssid);
    driver.join();
  }

  function retry(why: string): void {
    if (phase === Phase.Waiting) return;
    phase = Phase.Waiting;
    dueAt = parts.now() + announce("Wi-Fi: " + why, wait, parts.backoff, parts.say);
    wait = nextWait(wait, parts.backoff);
  }

  return {
    start() {
      driver.start();
      join();
    },
    tick() {
      if (phase !== Phase.Joined && parts.now() >= dueAt) {
        if (phase === Phase.Waiting) join();
        else {
          driver.leave();
          retry("no answer");
        }
      }
    },
    isUp: () => phase === Phase.Joined,
  };
}
