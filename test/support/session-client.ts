/** The firmware's session on a Node socket: reconnects whenever the link is cut, on request as another program. */

import { connect, type Socket } from "node:net";
import { sized } from "../../src/mqtt/bytes.ts";
import { createSession, type SavedSession, type Session } from "../../src/mqtt/session.ts";

export interface SessionClient {
  readonly session: () => Session;
  /** Payloads in order of arrival. */
  readonly messages: readonly string[];
  /** "Session present" of each CONNACK. */
  readonly present: readonly boolean[];
  /** Packet identifiers of acknowledged publishes. */
  readonly acknowledged: readonly number[];
  /** Why the session ended, if it did by itself. */
  readonly faults: readonly string[];
  /** Whether nothing is in flight in either direction. */
  isSettled(): boolean;
  close(): void;
}

/** @param restarts whether each lost link ends the program, and the next one continues with what it saved */
export function startSessionClient(
  port: number,
  clientId: string,
  subscription: string,
  restarts: boolean,
): SessionClient {
  const messages: string[] = [];
  const present: boolean[] = [];
  const acknowledged: number[] = [];
  const faults: string[] = [];
  let socket: Socket | undefined;
  let isOnline = false;
  let isSubscribed = false;
  let isClosed = false;
  let session = create(100);
  open();

  function create(lastId: number): Session {
    const logIn = () => ({ clientId, cleanSession: false, keepAlive: 60 });
    return createSession(
      {
        logIn,
        pingPeriod: 0,
        responseTimeout: 10_000,
        maximumInFlight: 16,
        maximumPacket: 4096,
        lastId,
      },
      {
        send: (bytes) => socket?.write(bytes, "latin1") ?? false,
        isFull: () => false,
        online(sessionPresent) {
          present.push(sessionPresent);
          if (sessionPresent && isSubscribed) isOnline = true;
          else session.subscribe([subscription].map(sized), 2);
        },
        message: (_topic, payload) => messages.push(payload),
        tooLong: (size) => faults.push(`a message of ${size} bytes`),
        published: (id, isAcknowledged) => isAcknowledged && acknowledged.push(id),
        subscribed(_id, codes) {
          isOnline = isSubscribed = codes === "\x02";
        },
        fellBack: (why) => faults.push(why),
        ended: (why, detail) => faults.push(`${why} ${detail}`),
      },
    );
  }

  function open(): void {
    socket = connect(port, "127.0.0.1", () => session.open()).setNoDelay(true);
    socket.on("data", (bytes) => session.receive(bytes.toString("latin1")));
    socket.on("error", () => undefined).on("close", lost);
  }

  function lost(): void {
    isOnline = false;
    const saved = JSON.stringify(session.save?.());
    session.close();
    if (isClosed) return;
    if (restarts) {
      session = create(40_000);
      session.restore?.(JSON.parse(saved) as SavedSession);
    }
    setTimeout(open, 5);
  }

  return {
    session: () => session,
    messages,
    present,
    acknowledged,
    faults,
    isSettled() {
      const saved = session.save?.();
      return isOnline && saved?.inFlight.length === 0 && saved.held === "";
    },
    close() {
      isClosed = true;
      socket?.destroy();
    },
  };
}
