/**
 * Joins the Wi-Fi network, and joins it again after every failure and loss.
 *
 *     phase     input                     output                      next phase
 *     Waiting   start, the wait is over   joins                       Joining
 *     Joining   address                   line on the console, up     Joined
 *     Joining   disconnected              down, line on the console   Waiting
 *     Joining   no address in time        leaves, line                Waiting
 *     Joined    disconnected              down, line on the console   Waiting
 *     Joined    no platform for too long  down, leaves, line          Waiting
 *     Waiting   disconnected              down                        Waiting
 *     Waiting   address                   line on the console, up     Joined
 *
 * With several networks, every failure leads to the next one, and the waits grow once all of them had a try. The loss of a
 * network begins with the first, which is preferred. A network without the platform gives way to the next.
 */

import { severalNetworks, setUpByPhone } from "virtual:features";
import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";

/** The chip's Wi-Fi driver. */
export interface WifiDriver {
  /** Prepares the chip; events may follow. To be called once. */
  start(): void;
  /**
   * Begins to join a network; an event follows, except that a failure may go unreported.
   * @param network its number, from 0
   */
  join(network: number): void;
  /** Gives up joining, or leaves the network. */
  leave(): void;
}

/** Events of the driver. */
export interface WifiEvents {
  connected(address: string): void;
  /** A try failed, or the network is lost; may come again and again while there is none. */
  disconnected(why: string): void;
}

export interface StationParts {
  /** Name of a network, by its number. */
  ssid(network: number): string;
  /** The number of networks. */
  readonly networkCount: number;
  /** Whether the platform is reached. */
  isOnline(): boolean;
  createDriver(events: WifiEvents): WifiDriver;
  readonly backoff: Backoff;
  /** Time by ticks, in ms. */
  now(): number;
  /** The board has an address. */
  up(): void;
  /** It has none any more. */
  down(): void;
  /** Whether tries wait: the radio is needed for a phone. */
  isHeld(): boolean;
  /** A try failed. */
  failed(why: string): void;
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
  /** Whether the driver is joining. */
  isJoining(): boolean;
  /** Leaves the network, or gives up joining, and joins anew at the next tick but one. */
  again(): void;
}

/** Longest wait for an address, in ms: the driver may fail without an event. */
export const JOIN_TIMEOUT = 30000;
/** How long one of several networks may be without the platform, in ms. */
export const LEAVE_AFTER = 300000;
/** Time from leaving a network to joining another on request, in ms: the driver reports that it left. */
const AGAIN_AFTER = 2000;

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
  /** The number of the network that was last tried. */
  let network = 0;
  /** When that network was joined, or had the platform. */
  let goodAt = 0;

  const driver = parts.createDriver({
    connected(address) {
      phase = Phase.Joined;
      wait = FIRST_WAIT;
      if (severalNetworks) goodAt = parts.now();
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
    parts.say("Wi-Fi: joining " + parts.ssid(network));
    driver.join(network);
  }

  function retry(why: string): void {
    if (phase === Phase.Waiting) return;
    if (severalNetworks) network = phase === Phase.Joined ? 0 : (network + 1) % parts.networkCount;
    phase = Phase.Waiting;
    const isAnother = severalNetworks && network > 0;
    dueAt = parts.now() + announce("Wi-Fi: " + why, isAnother ? FIRST_WAIT : wait, parts.backoff, parts.say);
    if (!isAnother) wait = nextWait(wait, parts.backoff);
    if (setUpByPhone) parts.failed(why);
  }

  return {
    start() {
      driver.start();
      join();
    },
    tick() {
      if (phase !== Phase.Joined && parts.now() >= dueAt) {
        if (phase === Phase.Waiting) {
          if (!setUpByPhone || !parts.isHeld()) join();
        } else {
          driver.leave();
          retry("no answer");
        }
      }
      if (severalNetworks && phase === Phase.Joined) {
        if (parts.isOnline()) goodAt = parts.now();
        else if (parts.now() - goodAt >= LEAVE_AFTER) {
          phase = Phase.Joining; // as if it had failed
          parts.down();
          driver.leave();
          retry("no platform in this network");
        }
      }
    },
    isUp: () => phase === Phase.Joined,
    isJoining: () => phase === Phase.Joining,
    again() {
      if (phase === Phase.Joined) parts.down();
      phase = Phase.Waiting;
      driver.leave();
      if (severalNetworks) network = 0;
      wait = FIRST_WAIT;
      dueAt = parts.now() + AGAIN_AFTER;
    },
  };
}
