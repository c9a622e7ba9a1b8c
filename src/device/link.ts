/**
 * A TCP or TLS connection over Espruino's sockets, which throw some errors and emit others, and which buffer without
 * limit.
 */

import type { Link, LinkEvents } from "../app/link";
import { revive } from "./clock";

/** High-water mark of the send buffer, in bytes: above it, the link is full. */
export const FULL = 4096;
/** Limit of the send buffer, in bytes: acknowledgements go out even on a full link, but the server must read them. */
export const UNSENT_LIMIT = 8192;

/** The interpreter's message for a refused connection, a failed TLS setup, and no free socket. */
const NO_SOCKET = "Unable to create socket";

/** Whether all sockets are used up: each failed TLS setup leaks one (docs/chip.md). */
function isOutOfSockets(): boolean {
  try {
    const probe = require("dgram").createSocket("udp4");
    probe.send("", 9, "127.0.0.1"); // the discard service
    probe.close();
    return false;
  } catch {
    return true;
  }
}

/**
 * One connection at a time. Opening it blocks until the name is resolved and the server has accepted or refused.
 * @param isSecure encrypted, but the interpreter does not verify the server
 * @param host host name or IPv4 address of the next connection
 * @param port its TCP port
 * @param exhausted no socket is left, and only a restart brings them back
 */
export function createLink(
  isSecure: boolean,
  host: () => string,
  port: () => number,
  events: LinkEvents,
  exhausted: () => void,
): Link {
  let socket: NetSocket | undefined;
  let isOpen = false;
  /** Why the link failed, until the event for it. */
  let failure = "";
  let error = "";
  /** Bytes written since the send buffer was last empty. */
  let unsent = 0;

  function fail(why: string): void {
    if (!isOpen) return;
    isOpen = false;
    // Not from within the call of write or open: the caller is in the middle of its work.
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
        socket = (isSecure ? require("tls") : require("net")).connect({ host: host(), port: port() }, () => {
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
        // The interpreter's message would not help the reader.
        fail(message === NO_SOCKET ? "refused or unreachable" : message);
      }
    },

    write(bytes) {
      try {
        // Also throws without a socket.
        (socket as NetSocket).write(bytes);
        unsent += bytes.length;
        if (unsent > UNSENT_LIMIT) fail("server not reading");
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
        // Also throws without a socket.
        (socket as NetSocket).removeAllListeners();
        (socket as NetSocket).end();
      } catch {
        // there is none, or it is closed already
      }
      socket = undefined;
    },
  };
}
