/** The board's own access point, with a name server and an HTTP server, for a phone. */

import { wifi } from "./radio";

/** An answer in pieces, by their number; empty after the last. */
export type Answer = (piece: number) => string;

export interface AccessPointEvents {
  /** @returns the answer to a DNS question; empty for none */
  name(question: string): string;
  /**
   * @param request as much of it as has arrived
   * @param isTooLong it has not ended within the limit
   * @returns undefined while it is incomplete
   */
  request(request: string, isTooLong: boolean): Answer | undefined;
}

export interface AccessPoint {
  /** Time passed: to be called once a second. */
  tick(): void;
  close(): void;
}

/** Longest request, head and body, in bytes. */
export const REQUEST_LIMIT = 3072;
/** Most connections at once: a chip has 10 sockets, and each may hold a request. */
const MOST = 3;
/** Most ticks that a connection lives: a page is sent in one or two. */
const PATIENCE = 10;

/** Does what fails without a socket: one may be closed before its events are handled. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // whoever asked has gone; a tick tries again
  }
}

/** The functions are made when this is called, and take no memory before that. @throws Error if no socket is free */
export function openAccessPoint(name: string, password: string, events: AccessPointEvents): AccessPoint {
  let visitors: { readonly socket: NetSocket; ticks: number }[] = [];
  let names: DatagramSocket | undefined;

  function answerNames(): void {
    const socket = require("dgram").createSocket("udp4");
    names = socket;
    socket.on("message", (question, from) => {
      const answer = events.name(question);
      // To port 0 nothing can be sent, and the interpreter would send what lies behind it in memory.
      if (answer && from.port) attempt(() => socket.send(answer, from.port, from.address));
    });
    // An empty datagram closes it; the event may come twice.
    socket.on("close", () => {
      if (names === socket) names = undefined;
    });
    socket.bind(53);
  }

  answerNames();
  const server = require("net").createServer((socket) => {
    const visitor = { socket, ticks: 0 };
    let request = "";
    let answer: Answer | undefined;
    let piece = 0;

    function next(): void {
      const bytes = answer ? answer(piece++) : "";
      if (bytes) attempt(() => socket.write(bytes));
      else socket.end();
    }

    if (visitors.length >= MOST) {
      socket.end();
      return;
    }
    visitors.push(visitor);
    socket.on("data", (bytes) => {
      if (answer) return;
      request += bytes;
      answer = events.request(request, request.length > REQUEST_LIMIT);
      if (!answer) return;
      request = "";
      next();
    });
    socket.on("drain", () => {
      if (answer) next();
    });
    socket.on("close", () => {
      visitors = visitors.filter((other) => other !== visitor);
    });
  });
  server.listen(80);
  // Last: without sockets it would stay open.
  wifi.startAP(name, { password, authMode: "wpa2" });

  return {
    tick() {
      if (!names) attempt(answerNames);
      // One that was closed before it had listeners never says so.
      visitors = visitors.filter((visitor) => {
        const isWelcome = ++visitor.ticks < PATIENCE;
        if (!isWelcome) visitor.socket.end();
        return isWelcome;
      });
    },
    close() {
      for (const visitor of visitors) visitor.socket.end();
      server.close();
      if (names) names.close();
      wifi.stopAP();
    },
  };
}

/** Looks for networks. @param found may never be called @throws Error while a look is under way */
export function scan(found: (points: readonly FoundNetwork[]) => void): void {
  wifi.scan(found);
}
