/**
 * A TCP or TLS connection over Espruino's sockets, which throw where others report, and which keep whatever is written
 * until it is sent.
 */

import type { Link, LinkEvents } from "../app/connection";
import { revive } from "./clock";

/** What may wait to be sent before the link is full, in bytes. */
export const FULL = 4096;
/** What may wait to be sent at all, in bytes: acknowledgements are not held back, but a server must read them. */
export const UNSENT_LIMIT = 8192;

/** The interpreter's word for a connection that was refused, a TLS set-up that failed, and no socket left to make one. */
const NO_SOCKET = "Unable to create socket";

/** Whether the sockets are used up: each TLS set-up that fails loses one for good (docs/chip.md). */
function isOutOfSockets(): boolean {
  try {
    const probe = require("dgram").createSocket("udp4");
    probe.send("", 9, "127.0.0.1"); // the port of a service that discards
    probe.close();
    return false;
  } catch {
    return true;
  }
}

/**
 * One link at a time; opening it blocks until the name is looked up and the server has answered or refused.
 * @param isSecure encrypted, but without a check whom it is talking to: the interpreter has none
 * @param exhausted no socket is left, and only a restart gives them back
 */
export function createLink(
  isSecure: boolean,
  host: string,
  port: number,
  events: LinkEvents,
  exhausted: () => void,
): Link {
  let socket: NetSocket | undefined;
  let isOpen = false;
  /** Why it failed, until that is told. */
  let failure = "";
  let error = "";
  /** Bytes written since all was sent. */
  let unsent = 0;

  function fail(why: string): void {
    if (!isOpen) return;
    isOpen = false;
    // Not from within a call of ours: the caller is in the middle of its work.
    failure = why;
    setTimeout(() => {
      if (failure) events.closed(failure);
    }, 0);
  }

  return {
    open() {
      isOpen = true;
      error = "";
      unsent = 0;
      try {
        socket = (isSecure ? require("tls") : require("net")).connect({ host, port }, () => {
          if (isOpen) events.connected();
        });
        socket.on("data", (bytes) => {
          revive();
          events.received(bytes);
        });
        socket.on("drain", () => {
          unsent = 0;
          events.drained();
        });
        socket.on("error", (e) => {
          error = e.message;
        });
        socket.on("close", () => {
          revive();
          fail(error || "closed by the server");
        });
      } catch (e) {
        const message = (e as Error).message;
        if (isSecure && message === NO_SOCKET && isOutOfSockets()) exhausted();
        // That word tells nothing to whoever reads it.
        fail(message === NO_SOCKET ? "refused, or nobody there" : message);
      }
    },

    write(bytes) {
      try {
        // Without a socket this throws, too.
        (socket as NetSocket).write(bytes);
        unsent += bytes.length;
        if (unsent > UNSENT_LIMIT) fail("the server does not read");
      } catch (e) {
        fail((e as Error).message);
      }
      return isOpen;
    },

    isFull: () => unsent > FULL,

    isIdle: () => !unsent,

    close() {
      isOpen = false;
      failure = "";
      try {
        if (socket) {
          socket.removeAllListeners();
          socket.end();
        }
      } catch {
        // it was closed already
      }
      socket = undefined;
    },
  };
}
