/**
 * Sees to it that the board has credentials before it logs in: those that it kept, or new ones from the platform.
 *
 *     phase     input                          output                      next phase
 *     Offline   network up, credentials kept   ready                       Ready
 *     Offline   network up, none kept          asks the platform           Asking
 *     Asking    credentials                    keeps them, ready           Ready
 *     Asking    a failure, or no answer        line on the console         Waiting
 *     Waiting   the wait is over               asks the platform           Asking
 *     Ready     the platform knows them not    forgets them, line, waits   Waiting
 *     any       network down                                               Offline
 */

import { readRegistration, type Credentials } from "../onenet/register";
import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";

export interface RegistrationParts {
  /** What was kept; undefined when there is none. */
  recall(): Credentials | undefined;
  /** Keeps credentials over reboots. */
  keep(credentials: Credentials): void;
  /** Forgets them. */
  forget(): void;
  /**
   * Asks the platform.
   * @param answered gets the body of its answer, or nothing and in words why there is none; once at most, and not from
   *   within the call
   */
  ask(answered: (answer: string | undefined, why: string) => void): void;
  readonly backoff: Backoff;
  /** Writes a line on the console. */
  say(line: string): void;
  /** The board can log in with these. */
  ready(credentials: Credentials): void;
}

export interface RegistrationProcess {
  /** Wi-Fi is up or down. */
  setNetwork(isUp: boolean): void;
  /** Time passed, in ms; at least once a second. */
  tick(now: number): void;
  /** The platform refused the credentials. */
  refused(): void;
}

/** Longest wait for the platform's answer, in ms. */
export const ANSWER_TIMEOUT = 20000;

const enum Phase {
  Offline,
  Asking,
  Waiting,
  Ready,
}

export function createRegistration(parts: RegistrationParts): RegistrationProcess {
  let phase = Phase.Offline;
  let time = 0;
  /** When the wait ends, in Asking for an answer. */
  let waitsUntil = 0;
  let asked = 0;
  /** The next wait before a try, in ms. */
  let pause = FIRST_WAIT;

  function start(): void {
    const kept = parts.recall();
    if (kept) ready(kept);
    else ask();
  }

  function ready(credentials: Credentials): void {
    phase = Phase.Ready;
    parts.ready(credentials);
  }

  function wait(why: string): void {
    const ms = announce("OneNET: " + why, pause, parts.backoff, parts.say);
    pause = nextWait(pause, parts.backoff);
    phase = Phase.Waiting;
    waitsUntil = time + ms;
  }

  function ask(): void {
    const number = ++asked;
    phase = Phase.Asking;
    waitsUntil = time + ANSWER_TIMEOUT;
    parts.say("OneNET: registering");
    parts.ask((answer, why) => {
      // An answer from before the network went belongs to nobody.
      if (phase !== Phase.Asking || number !== asked) return;
      const result = answer === undefined ? why : readRegistration(answer);
      if (typeof result === "string") return wait("not registered: " + result);
      parts.keep(result);
      parts.say("OneNET: registered as device " + result.device);
      ready(result);
    });
  }

  return {
    setNetwork(isUp) {
      if (!isUp) phase = Phase.Offline;
      else if (phase === Phase.Offline) start();
    },
    tick(now) {
      time = now;
      if (now < waitsUntil) return;
      if (phase === Phase.Asking) wait("not registered: no answer");
      else if (phase === Phase.Waiting) ask();
    },
    refused() {
      parts.forget();
      wait("the platform does not know this device any more");
    },
  };
}
