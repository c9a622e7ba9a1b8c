/** The platform's limits of how often a device may do something. */

import type { DeviceRecord, GenerationName } from "./devices.ts";
import { nameOf } from "./devices.ts";
import type { Doubt } from "./doubts.ts";
import type { Broken } from "./generation.ts";
import { english } from "../cli/language.ts";

export type Act = "log-in" | "QoS 0 message" | "QoS 1 message" | "ping" | "subscribed topic" | "property/set";

interface Rate {
  readonly most: number;
  /** In ms. */
  readonly within: number;
  /** Whether the platform is known to cut the device and to refuse it for {@link BAN}. What the others lead to is not. */
  readonly bans?: true;
}

const RATES: Readonly<Record<GenerationName, Partial<Record<Act, Rate>>>> = {
  multiprotocol: {},
  suite: {
    "log-in": { most: 10, within: 5000, bans: true },
    "QoS 0 message": { most: 300, within: 5000, bans: true },
    "QoS 1 message": { most: 100, within: 5000, bans: true },
    ping: { most: 10, within: 5000, bans: true },
    "subscribed topic": { most: 15, within: 5000 },
  },
  studio: {
    "log-in": { most: 3, within: 5000 },
    ping: { most: 1, within: 1000 },
    "subscribed topic": { most: 10, within: 1000 },
    "property/set": { most: 1, within: 1000 },
  },
};

/** How long a banned device is refused, in ms. */
const BAN = 300_000;

/** Shortest time between two messages of a studio device that the platform handles, in ms; it delays the others. */
const STUDIO_INTERVAL = 1000;

/** Most bytes of a studio device in a second, counted from the first of them. */
const STUDIO_BYTES = 512 * 1024;

/** Calls of the HTTP API that an address may make. */
const CALLS: Rate = { most: 100, within: 1000 };

/** Most addresses whose calls are counted. */
const MAXIMUM_ADDRESSES = 1000;

/** What is known about a device. */
interface Account {
  readonly meters: Map<Act, (now: number) => boolean>;
  bannedUntil: number;
  /** When the next message is handled at the earliest. */
  free: number;
  /** Bytes of the messages that wait. */
  waiting: number;
  /** Bytes of the messages since {@link second}. */
  bytes: number;
  /** When the second began for which bytes are counted. */
  second: number;
}

export interface Rates {
  /** Counts an act of a device; returns the broken rule if the platform ends the connection for it. */
  check(record: DeviceRecord, act: Act): Broken | undefined;
  /** Why the device may not log in now. */
  ban(record: DeviceRecord): string | undefined;
  /** Whether the platform delays messages of the device. */
  delays(record: DeviceRecord): boolean;
  /**
   * Handles a message when it is its turn; returns the broken rule if too many wait, and the message is lost.
   * @param size in bytes
   */
  delay(record: DeviceRecord, size: number, handle: () => void): Broken | undefined;
  /** Forgets the messages that wait. */
  close(): void;
}

/** No limits. */
export const NO_RATES: Rates = {
  check: () => undefined,
  ban: () => undefined,
  delays: () => false,
  delay: () => undefined,
  close: () => undefined,
};

/** About what a message that waits takes besides its payload, in bytes. */
const OVERHEAD = 256;

export interface RatesOptions {
  readonly doubt: Doubt;
  /** Most bytes of messages of a device that wait. */
  readonly backlog: number;
  /** Whether the device still exists; what a deleted one sent is forgotten. */
  readonly isKnown: (record: DeviceRecord) => boolean;
  /** In ms, never going back. */
  readonly now?: () => number;
}

export function createRates({ doubt, backlog, isKnown, now = () => performance.now() }: RatesOptions): Rates {
  const timers = new Set<NodeJS.Timeout>();
  const accounts = new WeakMap<DeviceRecord, Account>();

  function accountOf(record: DeviceRecord): Account {
    const known = accounts.get(record);
    if (known !== undefined) return known;
    const account: Account = {
      meters: new Map(),
      bannedUntil: -Infinity,
      free: -Infinity,
      waiting: 0,
      bytes: 0,
      second: -Infinity,
    };
    accounts.set(record, account);
    return account;
  }

  return {
    check(record, act) {
      const rate = RATES[record.generation][act];
      if (rate === undefined) return undefined;
      const account = accountOf(record);
      const meter = account.meters.get(act) ?? createMeter(rate);
      account.meters.set(act, meter);
      const time = now();
      if (!meter(time)) return undefined;
      const detail = english`more than ${rate.most} ${nameOfAct(act, rate.most)} in ${rate.within / 1000} s`;
      if (rate.bans) {
        account.bannedUntil = time + BAN;
        return { rule: "rate", detail: english`${detail}: refused for ${BAN / 60_000} min`, cuts: true };
      }
      return doubt(nameOf(record), detail) ? { rule: "rate", detail, cuts: true } : undefined;
    },
    ban(record) {
      const left = accountOf(record).bannedUntil - now();
      return left > 0
        ? english`the device broke a rate limit: it is refused for another ${Math.ceil(left / 1000)} s`
        : undefined;
    },
    delays: ({ generation }) => generation === "studio",
    delay(record, size, handle) {
      const account = accountOf(record);
      const time = now();
      if (isTooMuch(account, size, time) && doubt(nameOf(record), TOO_MUCH)) {
        return { rule: "rate", detail: english`${TOO_MUCH}: this message is lost` };
      }
      if (account.waiting === 0 && time >= account.free) {
        account.free = time + STUDIO_INTERVAL;
        handle();
        return undefined;
      }
      const taken = size + OVERHEAD;
      if (account.waiting + taken > backlog) {
        return { rule: "rate", detail: english`more than a message a second for too long: this one is lost` };
      }
      account.waiting += taken;
      const timer = setTimeout(() => {
        timers.delete(timer);
        account.waiting -= taken;
        if (isKnown(record)) handle();
      }, account.free - time);
      timers.add(timer);
      account.free += STUDIO_INTERVAL;
      return undefined;
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

const TOO_MUCH = english`more than ${STUDIO_BYTES / 1024} KB in 1 s`;

/** Counts the bytes of a message; whether they are too many. */
function isTooMuch(account: Account, size: number, time: number): boolean {
  if (time - account.second >= 1000) {
    account.second = time;
    account.bytes = 0;
  }
  account.bytes += size;
  return account.bytes > STUDIO_BYTES;
}

/** Returns a function that counts a call from an address, and says why it is refused, if it is. */
export function createCallRate(
  doubt: Doubt,
  now: () => number = () => performance.now(),
): (address: string) => string | undefined {
  const meters = new Map<string, (now: number) => boolean>();
  return (address) => {
    const meter = meters.get(address) ?? createMeter(CALLS);
    if (meters.size >= MAXIMUM_ADDRESSES) meters.clear();
    meters.set(address, meter);
    const detail = english`more than ${CALLS.most} calls of the HTTP API in 1 s`;
    return meter(now()) && doubt(address, detail) ? detail : undefined;
  };
}

/** An act: one of them, and several. */
const NAMES: Readonly<Record<Act, readonly [one: string, several: string]>> = {
  "log-in": [english`log-in`, english`log-ins`],
  "QoS 0 message": [english`QoS 0 message`, english`QoS 0 messages`],
  "QoS 1 message": [english`QoS 1 message`, english`QoS 1 messages`],
  ping: [english`ping`, english`pings`],
  "subscribed topic": [english`subscribed topic`, english`subscribed topics`],
  "property/set": ["property/set", "property/sets"],
};

/** An act, as many of them as a rate allows. */
function nameOfAct(act: Act, count: number): string {
  return NAMES[act][count === 1 ? 0 : 1];
}

/** Returns a function that counts an act and says whether it is one too many. */
function createMeter({ most, within }: Rate): (now: number) => boolean {
  /** The last `most` times, of which the one at `next` is the oldest. */
  const times = new Float64Array(most).fill(-Infinity);
  let next = 0;
  return (now) => {
    const isOver = now - (times[next] ?? 0) < within;
    times[next] = now;
    next = (next + 1) % most;
    return isOver;
  };
}
