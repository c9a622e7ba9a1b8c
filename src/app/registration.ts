/**
 * Gets the board's credentials before it logs in: the saved ones, or new ones from the platform.
 *
 *     phase     input                          output                      next phase
 *     Offline   network up, credentials kept   ready                       Ready
 *     Offline   network up, none kept          asks the platform           Asking
 *     Asking    credentials                    keeps them, ready           Ready
 *     Asking    a failure, or no answer        line on the console         Waiting
 *     Waiting   the wait is over               asks the platform           Asking
 *     Ready     refused                        forgets them, line          Waiting
 *     any       network down                                               Offline
 */

import type { ConnectOptions } from "../mqtt/encode";
import { readRegistration, type Credentials } from "../onenet/register";
import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";

export interface RegistrationParts {
  /** The saved credentials; undefined if there are none. */
  recall(): Credentials | undefined;
  /** Saves credentials across reboots. */
  keep(credentials: Credentials): void;
  /** Deletes them. */
  forget(): void;
  /**
   * Asks the platform.
   * @param answered gets the body of its answer, or undefined and a readable reason; called once at most, and not from
   *   within the call
   */
  ask(answered: (answer: string | undefined, why: string) => void): void;
  readonly backoff: Backoff;
  /** Time by ticks, in ms. */
  now(): number;
  /** Writes a line on the console. */
  say(line: string): void;
  /** The board can log in. */
  ready(): void;
}

export interface RegistrationProcess {
  /** Wi-Fi is up or down. */
  setNetwork(isUp: boolean): void;
  /** Time passed; called at least once a second. */
  tick(): void;
  /** The platform refused the credentials. */
  refused(): void;
  /** Adds the board's credentials to a log-in. */
  logIn(options: ConnectOptions): ConnectOptions;
}

/** Longest wait for the platform's answer, in ms. */
export const ANSWER_TIMEOUT = 20000;

/**
 * Shortest time between writes of credentials, in ms, because flash wears. In between, new ones last until the next
 * boot.
 */
export const KEEP_AGAIN = 3600000;

const enum Phase {
  Offline,
  Asking,
  Waiting,
  Ready,
}

export function createRegistration(parts: RegistrationParts): RegistrationProcess {
  let phase = Phase.Offline;
  let credentials: Credentials | undefined;
  /** When the wait of Asking or Waiting ends. */
  let dueAt = 0;
  let asked = 0;
  /** When flash may be written again. */
  let writableFrom = 0;
  /** The next wait before a try, in ms. */
  let wait = FIRST_WAIT;

  function start(): void {
    const kept = parts.recall();
    if (kept) ready(kept);
    else ask();
  }

  function ready(found: Credentials): void {
    phase = Phase.Ready;
    credentials = found;
    parts.ready();
  }

  function retry(why: string): void {
    phase = Phase.Waiting;
    dueAt = parts.now() + announce("OneNET: " + why, wait, parts.backoff, parts.say);
    wait = nextWait(wait, parts.backoff);
  }

  function ask(): void {
    const number = ++asked;
    phase = Phase.Asking;
    dueAt = parts.now() + ANSWER_TIMEOUT;
    parts.say("OneNET: registering");
    parts.ask((answer, why) => {
      // The answer may be from before the network was lost.
      if (phase !== Phase.Asking || number !== asked) return;
      const result = answer === undefined ? why : readRegistration(answer);
      if (typeof result === "string") return retry("not registered: " + result);
      if (parts.now() >= writableFrom) {
        writableFrom = parts.now() + KEEP_AGAIN;
        parts.keep(result);
      }
      parts.say("OneNET: registered as device " + result.device);
      ready(result);
    });
  }

  return {
    setNetwork(isUp) {
      if (!isUp) phase = Phase.Offline;
      else if (phase === Phase.Offline) start();
    },
    tick() {
      if (parts.now() >= dueAt) {
        if (phase === Phase.Asking) retry("not registered: no answer");
        else if (phase === Phase.Waiting) ask();
      }
    },
    refused() {
      parts.forget();
      retry("the platform does not know this device any more");
    },
    logIn: (options) =>
      credentials ? { ...options, clientId: credentials.device, password: credentials.authInfo } : options,
  };
}
