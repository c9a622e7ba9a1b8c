/**
 * Stands between a socket and the broker: only whole packets that MQTT allows get through, none longer than the limit is
 * gathered, and none but the CONNECT before the log-in.
 */

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { createCutter } from "./cutter.ts";
import { BrokenPacket, DISCONNECT, bodyFault, type Dialect } from "./well-formed.ts";

/** Packets of a connection that are dealt with before others have their turn. */
export const TURN = 500;

export interface GuardOptions {
  /** Largest remaining length, in bytes. */
  readonly maximum: number;
  readonly dialect: Dialect;
  /** Called when a DISCONNECT arrives, before the broker sees it. */
  readonly onDisconnect?: () => void;
  /** Gets the bytes of both ways, `up` from the peer. */
  readonly tap?: ((way: "up" | "down", bytes: Buffer) => void) | undefined;
  /**
   * May deal with the packets that a chunk begins with, when nothing before them is left and nothing waits to be written:
   * gets the chunk, what writes an answer, and the most packets it may take.
   */
  readonly take?: (chunk: Buffer, write: (bytes: Buffer) => void, atMost: number) => Taken;
}

export interface Taken {
  readonly bytes: number;
  readonly packets: number;
}

/** The socket as the broker may read it. A packet that is not allowed destroys it with {@link BrokenPacket}. */
export interface Guarded extends Duplex {
  /** To be called when the client has logged in: what follows its CONNECT gets through. */
  open(): void;
}

const NOTHING: Buffer = Buffer.alloc(0);

export function guard(socket: Socket, options: GuardOptions): Guarded {
  const { maximum, dialect, onDisconnect, tap, take } = options;
  /** What came and has not had its turn. */
  let rest: Buffer = NOTHING;
  const cutter = createCutter(maximum);
  let state: "connecting" | "logging in" | "open" | "over" = "connecting";
  /** The broker has enough for now. */
  let isFull = false;
  let isScheduled = false;
  /** The peer sends no more. */
  let hasEnded = false;

  const guarded = new Duplex({
    allowHalfOpen: false,
    read() {
      isFull = false;
      goOn();
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

  function answer(bytes: Buffer): void {
    tap?.("down", bytes);
    if (socket.writable) socket.write(bytes);
  }

  function goOn(): void {
    if (isFull || isScheduled || state === "logging in") return;
    if (rest.length === 0) {
      socket.resume();
      return;
    }
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      turn();
    });
  }

  function turn(): void {
    if (guarded.destroyed) return;
    if (state === "over") rest = NOTHING;
    let packets = 0;
    const isIdle = cutter.isBetween() && guarded.readableLength === 0 && socket.writableLength === 0;
    if (take && state === "open" && isIdle) {
      const taken = take(rest, answer, TURN);
      rest = rest.subarray(taken.bytes);
      packets = taken.packets;
      if (rest.length === 0 && !hasEnded) return; // nearly always
    }
    const fault = pass(TURN - packets);
    if (fault !== undefined) end(fault);
    else if (hasEnded && rest.length === 0) guarded.push(null);
    else if (rest.length > 0 || isFull || state === "logging in") {
      socket.pause();
      goOn();
    }
  }

  /** Lets at most so many packets through; says what is wrong with the one that is not allowed. */
  function pass(atMost: number): BrokenPacket | undefined {
    const ready: Buffer[] = [];
    let fault: BrokenPacket | undefined;
    let position = 0;
    for (let count = 0; count < atMost && position < rest.length && mayPass(); count++) {
      const cut = cutter.cut(rest, position);
      if (cut instanceof BrokenPacket) {
        fault = cut;
        break;
      }
      position = cut.position;
      if (cut.packet === undefined) continue;
      fault = check(cut.packet, cut.headerLength);
      if (fault !== undefined) break;
      ready.push(cut.packet);
    }
    rest = rest.subarray(position);
    const [only = NOTHING] = ready;
    if (ready.length > 0 && !guarded.push(ready.length > 1 ? Buffer.concat(ready) : only)) isFull = true;
    return fault;
  }

  function mayPass(): boolean {
    return state === "connecting" || state === "open";
  }

  function check(packet: Buffer, headerLength: number): BrokenPacket | undefined {
    const first = packet[0] ?? 0;
    const fault = bodyFault(first, packet.subarray(headerLength), dialect);
    if (fault !== undefined) return fault;
    if (state === "connecting") state = "logging in";
    if (first >> 4 === DISCONNECT) {
      onDisconnect?.();
      state = "over"; // what follows is of no account [MQTT-3.14.4-2]
    }
    return undefined;
  }

  /** Ends the connection once the broker has read what came before the fault. */
  function end(fault: BrokenPacket): void {
    state = "over";
    rest = NOTHING;
    const destroy = () => guarded.destroy(fault);
    if (fault.returnCode === undefined) {
      setImmediate(destroy);
      return;
    }
    const connack = Buffer.from([0x20, 2, 0, fault.returnCode]);
    tap?.("down", connack);
    socket.end(connack, destroy);
    socket.resume();
  }

  socket.on("data", (chunk: Buffer) => {
    tap?.("up", chunk);
    if (state === "over") return;
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (!isScheduled) turn();
  });
  socket.on("end", () => {
    hasEnded = true;
    if (rest.length === 0) guarded.push(null);
  });
  socket.on("error", (error) => guarded.destroy(error));
  socket.on("close", () => {
    if (!socket.readableEnded) guarded.destroy();
  });
  return Object.assign(guarded, {
    open() {
      if (state !== "logging in") return;
      state = "open";
      goOn();
    },
  });
}
