/** A TCP or TLS connection over Espruino's sockets, which throw where others report. */

import type { Link, LinkEvents } from "../app/connection";

/** What carries a link: a module of the interpreter, loaded when it is needed. */
export type Carrier = () => NetModule;

export const tcp: Carrier = () => require("net");

/** Encrypted, but without a check whom it is talking to: the interpreter has none. */
export const tls: Carrier = () => require("tls");

/** Opens a connection; blocks until the name is looked up and the server has answered or refused. */
export function openLink(carrier: Carrier, host: string, port: number, events: LinkEvents): Link {
  let socket: NetSocket | undefined;
  let isOpen = true;
  let error = "";

  function fail(why: string): void {
    if (!isOpen) return;
    isOpen = false;
    // Not from within a call of ours: the caller is in the middle of its work.
    setTimeout(() => events.closed(why), 0);
  }

  function close(): void {
    isOpen = false;
    try {
      if (socket) socket.end();
    } catch {
      // it was closed already
    }
  }

  try {
    socket = carrier().connect({ host, port }, () => {
      if (isOpen) events.connected();
    });
    socket.on("data", (bytes) => {
      if (isOpen) events.received(bytes);
    });
    socket.on("error", (e) => {
      error = e.message;
    });
    socket.on("close", () => fail(error || "closed by the server"));
  } catch (e) {
    fail((e as Error).message);
  }

  return {
    write(bytes) {
      try {
        if (isOpen && socket) {
          socket.write(bytes);
          return true;
        }
      } catch (e) {
        fail((e as Error).message);
      }
      return false;
    },
    close,
  };
}
