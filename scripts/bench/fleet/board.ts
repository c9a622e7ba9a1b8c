/** A simulated board: the firmware's connection, session and messages, with neither a virtual machine nor an outbox. */

import type { Link, LinkEvents } from "../../../src/app/link.ts";
import type { Encoder } from "../../../src/onenet/encoder.ts";
import type { Profile, Program } from "../../../src/onenet/profile.ts";
import type { OneNet } from "../../boards/board.ts";
import { MAXIMUM_PACKET } from "../../compile/board-module.ts";
import type { Firmware } from "./firmware.ts";

/** The data stream of a simulated board. Its values number the board's messages, from 0. */
export const STREAM = "uptime";

export interface SimulatedBoard {
  /** Connects, and reconnects whenever the connection is lost. */
  start(): void;
  /** Time passed. Call it once a second. @param now in ms */
  tick(now: number): void;
  /** Whether it is logged in and its subscriptions are settled. */
  isReady(): boolean;
  /** Publishes a data point. @returns its packet identifier, 0 at QoS 0; -1 if it cannot be sent now */
  publish(value: number): number;
  /** Logs out, and leaves nothing behind on the server. */
  stop(): void;
}

export interface BoardEvents {
  /** Each time it can be reached. */
  ready(): void;
  /** A line of the firmware's on the console. */
  say(line: string): void;
  /** A message is settled: acknowledged, or given up. */
  published(id: number, acknowledged: boolean): void;
  /** A message for the board. */
  message?(topic: string, payload: string): void;
}

export interface BoardOptions {
  readonly firmware: Firmware;
  /** Its text is byte strings. */
  readonly settings: OneNet;
  readonly createLink: (events: LinkEvents) => Link;
  /** Longest delay between two attempts to connect, in ms. */
  readonly longestWait: number;
  /** Topic filters in place of those of the generation. */
  readonly subscriptions?: readonly string[];
}

/** Most messages that await their acknowledgement, as in src/main.ts. */
const MAXIMUM_IN_FLIGHT = 16;
/** Longest wait for an answer of the server, in ms, as with the keep alive of the shipped boards. */
const RESPONSE_TIMEOUT = 10_000;

const DISCONNECT = "\xe0\0";

export function createSimulatedBoard(options: BoardOptions, events: BoardEvents): SimulatedBoard {
  const { firmware, settings, longestWait } = options;
  const { qos } = settings;
  let last: number | undefined;
  let link: Link | undefined;

  const program: Program = {
    publish: (topic, payload, retain) => void connection.publish(firmware.sized(topic), payload, qos, retain),
    obey: () => "simulated",
    last: () => last,
    say: (line) => events.say(line),
    announce: () => undefined,
    answered: () => undefined,
    checkForUpdate: () => undefined,
  };
  const profile = profileOf(firmware, settings, program);
  const encode = encoderOf(firmware, profile);
  const dataTopic = firmware.sized(profile.dataTopic);

  const connection = firmware.createConnection({
    session: {
      // A session that lasts would stay on the server.
      logIn: () => ({ ...profile.logIn, cleanSession: true }),
      pingPeriod: settings.pingPeriod * 1000,
      responseTimeout: RESPONSE_TIMEOUT,
      maximumInFlight: MAXIMUM_IN_FLIGHT,
      maximumPacket: MAXIMUM_PACKET,
      lastId: 0,
    },
    logInAdvice: () => "",
    nextAddress: () => "",
    nextServer: () => true, // there is one
    createLink: (linkEvents) => (link = options.createLink(linkEvents)),
    backoff: { longest: longestWait, random: Math.random },
    say: (line) => events.say(line),
    online: (isPresent) => subscriptions.online(isPresent),
    offline: () => subscriptions.offline(),
    refused: () => undefined,
    message: (topic, payload, isRetained) =>
      events.message ? events.message(topic, payload) : profile.receive(topic, payload, isRetained),
    published: (id, isAcknowledged) => events.published(id, isAcknowledged),
    subscribed: (_id, codes) => subscriptions.subscribed(codes),
    drained: () => undefined,
  });
  const subscriptions = firmware.createSubscriptions({
    filters: options.subscriptions ?? profile.subscriptions,
    session: connection,
    advice: () => "",
    ready() {
      if (!options.subscriptions) profile.online();
      events.ready();
    },
    say: (line) => events.say(line),
  });

  return {
    start: () => connection.setNetwork(true),
    tick(now) {
      connection.tick(now);
      subscriptions.tick(now);
    },
    isReady: () => subscriptions.isReady(),
    publish(value) {
      if (!subscriptions.isReady()) return -1;
      last = value;
      return connection.publish(dataTopic, encode([value], 0), qos);
    },
    stop() {
      const { will } = profile.logIn;
      // What it said of itself was retained. QoS 0: nobody waits for the answer.
      if (will && connection.isOnline()) connection.publish(firmware.sized(will.topic), "", 0, true);
      if (connection.isOnline()) link?.write(DISCONNECT);
      connection.setNetwork(false);
    },
  };
}

function profileOf(firmware: Firmware, settings: OneNet, program: Program): Profile {
  switch (settings.generation) {
    case "multiprotocol":
      return firmware.createMultiprotocol(settings, program);
    case "suite":
      return firmware.createSuite(settings, program);
    case "studio":
      return firmware.createStudio(settings, program, NO_PROPERTIES, () => []);
    case "plain":
      return firmware.createPlain(settings, program);
  }
}

/** It has no LED, and nothing else to set. */
const NO_PROPERTIES = { names: [], set: () => false, get: () => undefined };

function encoderOf(firmware: Firmware, profile: Profile): Encoder {
  const names = () => [STREAM];
  return profile.encoder ? profile.encoder(names) : firmware.type1(names);
}
