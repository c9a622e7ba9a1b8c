/** A session whose output is logged, and its transport. */

import {
  createSession,
  type SavedSession,
  type Session,
  type SessionOptions,
} from "../../../src/mqtt/session.ts";
import { bytes, hex } from "../../support/bytes.ts";

const OPTIONS: SessionOptions = {
  logIn: () => ({ clientId: "dev", cleanSession: true, keepAlive: 10 }),
  pingPeriod: 2000,
  responseTimeout: 5000,
  maximumInFlight: 3,
  maximumPacket: 100,
  lastId: 0,
};

/** The names of `Ended`, in order. */
const REASONS = ["Refused", "NoConnack", "NoPingresp", "NoAcknowledgement", "Protocol", "Overrun"];

export const CONNECT = "10 0f 00 04 'MQTT' 04 02 00 0a 00 03 'dev'";
export const ACCEPTED = "20 02 00 00";
/** CONNACK of a server that kept the session. */
export const STAYED = "20 02 01 00";
export const PINGREQ = "c0 00";
export const PINGRESP = "d0 00";

/** Options of a persistent session. */
export const LASTING: Partial<SessionOptions> = {
  logIn: () => ({ clientId: "dev", cleanSession: false, keepAlive: 10 }),
};

/** The session's environment. */
export const surroundings = {
  /** What the transport's send returns. */
  takes: true,
  /** Whether the transport's send buffer is over its high-water mark. */
  isFull: false,
  /** Called for each message. */
  onMessage: (): void => undefined,
};

/** The last session created by {@link start}. */
export let session: Session;

/** Its output since {@link after} began, one line each. */
let out: string[];

/** The line for bytes the session sends. */
export function sends(text: string): string {
  return `send ${hex(bytes(text))}`;
}

export function start(options: Partial<SessionOptions> = {}): void {
  out = [];
  surroundings.takes = true;
  surroundings.isFull = false;
  surroundings.onMessage = () => undefined;
  session = createSession(
    { ...OPTIONS, ...options },
    {
      send: (data) => {
        out.push(`send ${hex(data)}`);
        return surroundings.takes;
      },
      isFull: () => surroundings.isFull,
      online: (sessionPresent) => out.push(`online ${sessionPresent}`),
      message(topic, payload, isRetained) {
        out.push(`message ${topic} ${payload}${isRetained ? ", retained" : ""}`);
        surroundings.onMessage();
      },
      published: (id, acknowledged) => out.push(`published ${id} ${acknowledged}`),
      subscribed: (id, codes) => out.push(`subscribed ${id} ${hex(codes)}`.trim()),
      tooLong: (size) => out.push(`too long ${size}`),
      fellBack: (why) => out.push(`fell back: ${why}`),
      ended: (why, detail) => out.push(`ended ${REASONS[why]} ${detail}`.trim()),
    },
  );
}

/** The session as another program reads it from flash. */
export function saved(): SavedSession {
  return JSON.parse(JSON.stringify(session.save?.())) as SavedSession;
}

/** The output when these bytes arrive. */
export function receive(text: string): string[] {
  return after(() => session.receive(bytes(text)));
}

/** The output at this time. */
export function at(now: number): string[] {
  return after(() => session.tick(now));
}

/** The output of an action. */
export function after(action: () => void): string[] {
  out = [];
  action();
  return out;
}
