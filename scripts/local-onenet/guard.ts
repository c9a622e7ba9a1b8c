/**
 * Stands between a socket and the broker. It passes on only complete, valid MQTT packets, never buffers more than the
 * limit, and before the log-in passes only the CONNECT.
 */

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { createCutter } from "./cutter.ts";
import { BrokenPacket, DISCONNECT, bodyFault, type Dialect } from "./well-formed.ts";

/** Packets handled for one connection before the others get their turn. */
export const TURN = 500;

export interface GuardOptions {
  /** Largest remaining length, in bytes. */
  readonly maximum: number;
  readonly dialect: Dialect;
  /** Called when a DISCONNECT arrives, before the broker sees it. */
  readonly onDisconnect?: () => void;
  /** Receives the bytes of both directions; `up` is from the peer. */
  readonly tap?: ((way: "up" | "down", bytes: Buffer) => void) | undefined;
  /**
   * A fast path for the packets at the start of a chunk, used if nothing is pending in either direction. Gets the
   * chunk, a function to write an answer, and the most packets it may take.
   */
  readonly take?: (chunk: Buffer, write: (bytes: Buffer) => void, atMost: number) => Taken;
}

export interface Taken {
  readonly bytes: number;
  readonly packets: number;
}

/** The stream the broker reads. A forbidden packet destroys it with {@link BrokenPacket}. */
export interface Guarded extends Duplex {
  /** Call once the client has logged in, to pass on what follows its CONNECT. */
  open(): void;
}

const NOTHING: Buffer = Buffer.alloc(0);

export function guard(socket: Socket, options: GuardOptions): Guarded {
  const { maximum, dialect, onDisconnect, tap, take } = options;
  /** Received but not handled yet. */
  let rest: Buffer = NOTHING;
  const cutter = createCutter(maximum);
  let state: "connecting" | "logging in" | "open" | "over" = "connecting";
  /** The broker has asked for a pause. */
  let isFull = false;
  let isScheduled = false;
  /** The peer has finished sending. */
  let hasEnded = false;

  const guarded = new Duplex({
    allowHalfOpen: false,
    read() {
      isFull = false;
      goOn();
    },
    // After the peer has closed, writes are dropped without an error: what it sent before must still be read.
    write(chunk: Buffer, _encoding, done) {
      send(chunk, done);
    },
    writev(chunks, done) {
      const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer));
      send(bytes, done);
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });

  /** Sends bytes unless the connection is over; what is not sent is not seen by the tap, either. */
  function send(bytes: Buffer, done?: (error?: Error | null) => void): void {
    if (!socket.writable) {
      done?.();
      return;
    }
    tap?.("down", bytes);
    socket.write(bytes, done);
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
      const taken = take(rest, send, TURN);
      rest = rest.subarray(taken.bytes);
      packets = taken.packets;
      if (rest.length === 0 && !hasEnded) {
        socket.resume(); // It was paused if these had to wait for their turn.
        return; // Almost always the case.
      }
    }
    const fault = pass(TURN - packets);
    if (fault !== undefined) end(fault);
    else if (hasEnded && rest.length === 0) guarded.push(null);
    else if (rest.length > 0 || isFull || state === "logging in") {
      socket.pause();
      goOn();
    } else socket.resume(); // It was paused if part of a packet came during the log-in.
  }

  /** Passes on up to `atMost` packets; returns the fault if it meets a forbidden one. */
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
      state = "over"; // Ignore what follows [MQTT-3.14.4-2].
    }
    return undefined;
  }

  /** Ends the connection once the broker has read everything before the fault. */
  function end(fault: BrokenPacket): void {
    state = "over";
    rest = NOTHING;
    const destroy = () => guarded.destroy(fault);
    if (fault.returnCode === undefined) {
      setImmediate(destroy);
      return;
    }
    const connack = Buffer.from([0x20, 2, 0, fault.returnCode]);
    if (socket.writable) tap?.("down", connack);
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
