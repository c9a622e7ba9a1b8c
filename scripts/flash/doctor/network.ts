/** What this computer can reach: names, TCP ports, TLS servers and time servers. */

import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect, isIPv4 } from "node:net";
import { connect as connectTls } from "node:tls";
import { t } from "../../cli/language.ts";

/** Redirects names and ports to ports of 127.0.0.1: `"ntp.aliyun.com:123": 40123`. For tests. */
export type Leads = Readonly<Record<string, number>>;

/** Time-out for a connection, a handshake or a time, in ms. */
const PATIENCE = 5000;
/** Attempts per time server: a datagram may be lost. */
const TRIES = 2;
/** The server name Espruino always sends (docs/chip.md, F11). */
const ESPRUINO_SERVER_NAME = "mbed TLS Server 1";
/** Seconds from 1900, the epoch of SNTP, to 1970. */
const EPOCH = 2_208_988_800;

export class Unreached extends Error {
  /** @param code of Node's error, such as ECONNREFUSED; TIMEOUT after {@link PATIENCE} */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Network {
  /** The IPv4 address of a name; Espruino supports no other kind. @throws Unreached */
  readonly resolve: (host: string, port: number) => Promise<string>;
  /** Opens a TCP connection and closes it. @throws Unreached */
  readonly reach: (host: string, port: number) => Promise<void>;
  /** Does a TLS handshake as Espruino does. @returns protocol and cipher @throws Unreached */
  readonly shakeHands: (host: string, port: number) => Promise<string>;
  /** Asks a time server. @returns the time there, in ms since 1970 @throws Unreached */
  readonly askTime: (host: string, port?: number) => Promise<number>;
}

/** @param patience in ms */
export function createNetwork(leads: Leads = {}, patience = PATIENCE): Network {
  const follow = (host: string, port: number) => {
    const lead = leads[`${host}:${port}`];
    return lead === undefined ? { host, port } : { host: "127.0.0.1", port: lead };
  };
  const slow = () => new Unreached("TIMEOUT", t`no answer within ${patience / 1000} s`);

  function open(target: { host: string; port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...target, family: 4 });
      const timer = setTimeout(() => socket.destroy(slow()), patience);
      socket.once("connect", () => resolve()).once("error", (error) => reject(unreached(error)));
      socket.once("connect", () => socket.destroy()).once("close", () => clearTimeout(timer));
    });
  }

  function handshake(target: { host: string; port: number }): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({
        ...target,
        servername: ESPRUINO_SERVER_NAME,
        rejectUnauthorized: false,
        maxVersion: "TLSv1.2",
      });
      const timer = setTimeout(() => socket.destroy(slow()), patience);
      socket.once("secureConnect", () => {
        resolve(`${socket.getProtocol() ?? "TLS"}, ${socket.getCipher().name}`);
        socket.destroy();
      });
      socket.once("error", (error: Error) => reject(unreached(error)));
      socket.once("close", () => {
        clearTimeout(timer);
        reject(new Unreached("CLOSED", t`the server closed the connection`));
      });
    });
  }

  function askOnce(target: { host: string; port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = createSocket("udp4");
      const timer = setTimeout(() => end(slow()), patience);
      const end = (result: number | Error) => {
        clearTimeout(timer);
        socket.close();
        if (typeof result === "number") resolve(result);
        else reject(unreached(result));
      };
      socket.once("error", end);
      socket.once("message", (bytes) => end(timeIn(bytes)));
      const question = Buffer.alloc(48);
      question[0] = 0x23; // version 4, a client
      socket.send(question, target.port, target.host, (error) => {
        if (error) end(error);
      });
    });
  }

  return {
    async resolve(host, port) {
      if (isIPv4(host)) return host;
      if (leads[`${host}:${port}`] !== undefined) return "127.0.0.1";
      try {
        return (await lookup(host, { family: 4 })).address;
      } catch (error) {
        throw unreached(error as Error);
      }
    },
    reach: (host, port) => open(follow(host, port)),
    shakeHands: (host, port) => handshake(follow(host, port)),
    async askTime(host, port = 123) {
      for (let tries = 1; ; tries++) {
        try {
          return await askOnce(follow(host, port));
        } catch (error) {
          if (tries === TRIES || !(error instanceof Unreached) || error.code !== "TIMEOUT") throw error;
        }
      }
    },
  };
}

/** The time in a server's answer, in ms since 1970; an error if the answer is invalid. */
function timeIn(bytes: Buffer): number | Unreached {
  const mode = (bytes[0] ?? 0) & 7;
  const stratum = bytes[1] ?? 0;
  if (bytes.length < 48 || mode !== 4) return new Unreached("ANSWER", t`the answer is not SNTP`);
  if (stratum === 0) return new Unreached("ANSWER", t`the server refuses to give the time`);
  return (bytes.readUInt32BE(40) - EPOCH + bytes.readUInt32BE(44) / 2 ** 32) * 1000;
}

function unreached(error: NodeJS.ErrnoException): Unreached {
  return error instanceof Unreached ? error : new Unreached(error.code ?? "ERROR", error.message);
}
