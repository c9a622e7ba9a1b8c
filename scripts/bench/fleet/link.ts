/** The firmware's link on Node's sockets. Here bytes become byte strings, and byte strings bytes. */

import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Link, LinkEvents } from "../../../src/app/link.ts";

/** Where a server listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Encrypted; like the boards, it does not verify the server. */
  readonly tls: boolean;
}

/** High-water mark of the send buffer, in bytes, as on the board. */
const FULL = 4096;

export function createNodeLink({ host, port, tls }: Place, events: LinkEvents): Link {
  let socket: Socket | undefined;
  return {
    open() {
      const opened = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connect(port, host);
      socket = opened.setNoDelay(true);
      let error = "";
      opened.on(tls ? "secureConnect" : "connect", () => events.connected());
      opened.on("data", (bytes: Buffer) => {
        if (socket === opened) events.received(bytes.toString("latin1"));
      });
      opened.on("drain", () => events.drained());
      opened.on("error", (e: NodeJS.ErrnoException) => (error = e.code ?? e.message));
      opened.on("close", () => {
        if (socket === opened) events.closed(error || "closed by the server");
      });
    },
    write: (bytes) => {
      socket?.write(bytes, "latin1");
      return socket?.writable === true;
    },
    isFull: () => (socket?.writableLength ?? 0) > FULL,
    isIdle: () => socket?.writableLength === 0,
    close() {
      const closed = socket;
      socket = undefined;
      closed?.removeAllListeners().on("error", () => undefined);
      closed?.end().unref();
    },
  };
}
