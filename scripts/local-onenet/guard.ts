/** Stands between a socket and the broker, so that no packet longer than the limit is ever gathered. */

import type { Socket } from "node:net";
import { Duplex } from "node:stream";

const DISCONNECT = 14;

/**
 * The socket as the broker may read it. A fixed header [MQTT-2.2] that announces more than `maximum` bytes, or
 * whose remaining length has a fifth byte [MQTT-2.2.3], destroys the connection before what follows is kept.
 *
 * @param onDisconnect called when a DISCONNECT arrives, before the broker sees it
 * @param tap gets the bytes of both ways, `up` from the peer
 * @param take may deal with the packets that a chunk begins with, when nothing before them is left and nothing waits to
 *   be written: gets the chunk and what writes an answer, and says how many bytes it took
 */
export function guard(
  socket: Socket,
  maximum: number,
  onDisconnect: () => void,
  tap?: (way: "up" | "down", bytes: Buffer) => void,
  take?: (chunk: Buffer, write: (bytes: Buffer) => void) => number,
): Duplex {
  const watch = createWatch(maximum, onDisconnect);
  const guarded = new Duplex({
    allowHalfOpen: false,
    read() {
      socket.resume();
    },
    // A peer that closed gets no more, but what it sent before is still to be read: that is no error here.
    write(chunk: Buffer, _encoding, done) {
      tap?.("down", chunk);
      if (socket.writable) socket.write(chunk, done);
      else done();
    },
    writev(chunks, done) {
      const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer));
      tap?.("down", bytes);
      if (socket.writable) socket.write(bytes, done);
      else done();
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });

  const answer = (bytes: Buffer): void => {
    tap?.("down", bytes);
    if (socket.writable) socket.write(bytes);
  };

  socket.on("data", (chunk: Buffer) => {
    tap?.("up", chunk);
    const isIdle = watch.isBetween() && guarded.readableLength === 0 && socket.writableLength === 0;
    const taken = isIdle && take ? take(chunk, answer) : 0;
    if (taken === chunk.length) return;
    const rest = taken > 0 ? chunk.subarray(taken) : chunk;
    const fault = watch.push(rest);
    if (fault !== undefined) guarded.destroy(new Error(fault));
    else if (!guarded.push(rest)) socket.pause();
  });
  socket.on("end", () => guarded.push(null));
  socket.on("error", (error) => guarded.destroy(error));
  socket.on("close", () => {
    if (!socket.readableEnded) guarded.destroy();
  });
  return guarded;
}

/** Follows packet boundaries through the chunks. */
interface Watch {
  /** Says what is wrong with the first bad fixed header. */
  push(chunk: Buffer): string | undefined;
  /** Whether the last packet was whole. */
  isBetween(): boolean;
}

function createWatch(maximum: number, onDisconnect: () => void): Watch {
  /** Bytes of the remaining length read so far; -1 where a packet begins. */
  let lengthBytes = -1;
  let remaining = 0;
  /** Bytes of the packet's rest that are still to pass. */
  let rest = 0;

  function push(chunk: Buffer): string | undefined {
    let position = 0;
    while (position < chunk.length) {
      if (rest > 0) {
        const passing = Math.min(rest, chunk.length - position);
        rest -= passing;
        position += passing;
        continue;
      }
      const byte = chunk.readUInt8(position++);
      if (lengthBytes < 0) {
        if (byte >> 4 === DISCONNECT) onDisconnect();
        lengthBytes = 0;
        remaining = 0;
        continue;
      }
      remaining += (byte & 0x7f) * 128 ** lengthBytes++;
      if (remaining > maximum) {
        return `a packet announces ${remaining} bytes or more; at most ${maximum} are taken`;
      }
      if (byte < 0x80) {
        rest = remaining;
        lengthBytes = -1;
      } else if (lengthBytes === 4) {
        return "a packet's remaining length has more than 4 bytes [MQTT-2.2.3]";
      }
    }
    return undefined;
  }

  return { push, isBetween: () => rest === 0 && lengthBytes < 0 };
}
