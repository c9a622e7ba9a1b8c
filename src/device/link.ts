/**
 * A TCP or TLS connection over Espruino's sockets, which throw where others report, and which keep whatever is written
 * until it is sent.
 */

import type { Link, LinkEvents } from "../app/connection";

/** What carries a link: a module of the interpreter, loaded when it is needed. */
export type Carrier = () => NetModule;

export const tcp: Carrier = () => require("net");

/** Encrypted, but without a check whom it is talking to: the interpreter has none. */
export const tls: Carrier = () => require("tls");

/** What may wait to be sent before the link is full, in bytes. */
export const FULL = 4096;
/** What may wait to be sent at all, in bytes: acknowledgements are not held back, but a server must read them. */
export const UNSENT_LIMIT = 8192;

/** One link at a time; opening it blocks until the name is looked up and the server has answered or refused. */
export function createLink(carrier: Carrier, host: string, port: number, events: LinkEvents): Link {
  let socket: NetSocket | undefined;
  let isOpen = false;
  /** What is to tell that the link failed; 0 while it did not. */
  let telling = 0;
  let error = "";
  /** Bytes written since all was sent. */
  let unsent = 0;

  function fail(why: string): void {
    if (!isOpen) return;
    isOpen = false;
    // Not from within a call of ours: the caller is in the middle of its work.
    telling = setTimeout(() => events.closed(why), 0);
  }

  return {
    open() {
      isOpen = true;
      error = "";
      unsent = 0;
      try {
        socket = carrier().connect({ host, port }, () => {
          if (isOpen) events.connected();
        });
        socket.on("data", (bytes) => events.received(bytes));
        socket.on("drain", () => {
          unsent = 0;
          events.drained();
        });
        socket.on("error", (e) => {
          error = e.message;
        });
        socket.on("close", () => fail(error || "closed by the server"));
      } catch (e) {
        const message = (e as Error).message;
        // The interpreter's word for it tells nothing to whoever reads it.
        fail(message === "Unable to create socket" ? "refused, or nobody there" : message);
      }
    },

    write(bytes) {
      try {
        // Without a socket this throws, too.
        (socket as NetSocket).write(bytes);
        unsent += bytes.length;
        if (unsent > UNSENT_LIMIT) fail("the server does not read");
        return true;
      } catch (e) {
        fail((e as Error).message);
      }
      return false;
    },

    isFull: () => unsent > FULL,

    close() {
      isOpen = false;
      if (telling) clearTimeout(telling);
      telling = 0;
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
