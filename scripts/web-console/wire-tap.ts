/** Turns the bytes of connections into the packets that the page shows. */

import { createFraming, type Framing } from "../local-onenet/wire/framing.ts";
import { maskSecrets, readLogIn, type LogIn } from "../local-onenet/wire/log-in.ts";
import { english } from "../cli/language.ts";
import type { Feed } from "./feed.ts";
import type { Way } from "./protocol.ts";

export interface WireTap {
  /** @param connection numbered from 1 @param time when they passed, in ms since 1970; now by default */
  bytes(connection: number, way: Way, chunk: Uint8Array, time?: number): void;
  closed(connection: number): void;
}

/** Whose connection it is. */
export interface Owner {
  /** The board's id in the feed; empty if unknown. */
  readonly board: string;
  readonly who: string;
}

interface Stream {
  readonly up: Framing;
  readonly down: Framing;
  owner: Owner;
  /** It does not start with a CONNECT. It may be HTTP, with credentials anywhere, so none of it is shown. */
  isOther: boolean;
  hasBegun: boolean;
}

/** Most bytes kept of a packet. */
const KEPT = 4096;

const CONNECT = 0x10;

/** @param ownerOf finds the owner of a connection by its CONNECT */
export function createWireTap(feed: Feed, ownerOf: (logIn: LogIn) => Owner): WireTap {
  const streams = new Map<number, Stream>();

  function streamOf(connection: number): Stream {
    const known = streams.get(connection);
    if (known !== undefined) return known;
    const stream = {
      up: createFraming(KEPT),
      down: createFraming(KEPT),
      owner: { board: "", who: "" },
      isOther: false,
      hasBegun: false,
    };
    streams.set(connection, stream);
    return stream;
  }

  return {
    bytes(connection, way, chunk, time = Date.now()) {
      const stream = streamOf(connection);
      if (!stream.hasBegun) stream.isOther = way !== "up" || chunk[0] !== CONNECT;
      stream.hasBegun = true;
      if (stream.isOther) return;
      const framing = stream[way];
      const wasLost = framing.isLost;
      for (const { bytes, length } of framing.push(chunk)) {
        const logIn = readLogIn(bytes);
        if (logIn) stream.owner = ownerOf(logIn);
        const { board, who } = stream.owner;
        feed.packet({
          time,
          way,
          board,
          who,
          connection,
          bytes: logIn ? maskSecrets(bytes) : bytes,
          length,
        });
      }
      if (framing.isLost && !wasLost) {
        feed.alert(
          stream.owner,
          "wire",
          english`connection ${connection}: a remaining length of more than 4 bytes [MQTT-2.2.3]`,
        );
      }
    },
    closed: (connection) => void streams.delete(connection),
  };
}
