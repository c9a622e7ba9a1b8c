/** One direction of a connection through the proxy; stalled and delayed bytes wait here. */
import type { Socket } from "node:net";
import type { Way } from "./fault.ts";

export interface Pipe {
  /** Passes on whatever is due. */
  flow(): void;
  /** Loses everything from now on, even the end of the connection. */
  drop(): void;
}

/** The proxy's rules for each piece. */
export interface Conditions {
  now(): number;
  isStalled(way: Way): boolean;
  /** How late bytes arrive, in ms. */
  delay(): number;
  /** Longest piece to deliver. */
  pieceSize(): number;
  /** How many of the next `count` bytes (1 or more) pass before the next fault strikes. */
  allowed(way: Way, count: number): number;
  /** Counts bytes passed and strikes the faults they trigger. */
  passed(way: Way, count: number): void;
  /** Calls back when the clock reaches `due`. */
  at(due: number, job: () => void): void;
}

interface Piece {
  readonly due: number;
  /** undefined: the end of the stream. */
  readonly bytes: Buffer | undefined;
}

/** Bytes queued before the sender is paused. */
const HIGH_WATER = 64 * 1024;
/** Time between split pieces, in ms. */
const PIECE_TIME = 1;

export function createPipe(way: Way, from: Socket, to: Socket, conditions: Conditions): Pipe {
  let pieces: Piece[] = [];
  let waiting = 0;
  let lastDue = 0;
  let isDropping = false;

  function take(bytes: Buffer | undefined): void {
    if (isDropping) return;
    const size = conditions.pieceSize();
    let due = Math.max(lastDue, conditions.now() + conditions.delay());
    if (bytes === undefined) add({ due, bytes });
    else if (bytes.length <= size) add({ due, bytes });
    else {
      for (let at = 0; at < bytes.length; at += size) {
        due = Math.max(due, lastDue + PIECE_TIME);
        add({ due, bytes: bytes.subarray(at, at + size) });
      }
    }
    if (waiting > HIGH_WATER) from.pause();
    flow();
  }

  function add(piece: Piece): void {
    pieces.push(piece);
    waiting += piece.bytes?.length ?? 0;
    lastDue = piece.due;
    if (piece.due > conditions.now()) conditions.at(piece.due, flow);
  }

  function flow(): void {
    while (!conditions.isStalled(way) && !to.connecting && !to.writableNeedDrain) {
      const piece = pieces[0];
      if (piece === undefined || piece.due > conditions.now()) break;
      pieces.shift();
      if (piece.bytes === undefined) end();
      else pass(piece.due, piece.bytes);
    }
    if (waiting <= HIGH_WATER) from.resume();
  }

  function pass(due: number, bytes: Buffer): void {
    const count = to.writable ? conditions.allowed(way, bytes.length) : bytes.length;
    if (count < bytes.length) pieces.unshift({ due, bytes: bytes.subarray(count) });
    waiting -= count;
    if (!to.writable) return; // the receiver has gone
    to.write(bytes.subarray(0, count));
    conditions.passed(way, count);
  }

  function end(): void {
    // A sender that has closed completely reads nothing more, so close the other way too.
    if (from.destroyed) to.destroySoon();
    else to.end();
  }

  from.on("data", take);
  from.on("end", () => take(undefined));
  from.on("close", () => take(undefined));
  to.on("connect", flow);
  to.on("drain", flow);

  return {
    flow,
    drop() {
      isDropping = true;
      pieces = [];
      waiting = 0;
      from.resume();
    },
  };
}
