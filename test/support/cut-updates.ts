/** The updater with the loader, on flash whose power is cut after some byte. */

import { expect } from "vitest";
import { createFuseOta } from "../../src/app/fuse-ota.ts";
import { LONGEST_HEADS } from "../../src/app/slot.ts";
import { createUpdater, GOOD_AFTER, RANGE } from "../../src/app/updater.ts";
import { makePackage, sign } from "../../scripts/boards/update/package.ts";
import { firstSlot, loaderOf } from "../../scripts/boards/update/slots.ts";
import { createFlash } from "../../scripts/virtual-board/flash.ts";
import type { Files, Power } from "../../scripts/virtual-board/index.ts";
import { storageModule } from "../../scripts/virtual-board/storage.ts";
import { studio } from "./boards.ts";
import { bench } from "../scripts/virtual-board/lib.ts";

const KEY = "sixteen bytes and more";
const BOARD = studio({ update: { key: KEY, server: "localhost", port: 80 } });
const CUT = new Error("the power is cut");
const PROGRAM = 'print("runs", app)\n';
const NEW = makePackage({ version: "2", time: 2000, program: PROGRAM }, KEY);
/** Its slot is a longer file. */
const LONGER = makePackage({ version: "3", time: 3000, program: `${PROGRAM}//${"x".repeat(17_000)}\n` }, KEY);

interface Storage {
  read(name: string, at: number, count: number): string | undefined;
  write(name: string, bytes: string, at: number, size?: number): void;
  getFree(): number;
}

function storageOf(files: Files, power: Power, faults: string[]): Storage {
  const flash = createFlash({
    files,
    size: 224 * 4096,
    shipped: () => "",
    power(count) {
      const written = Math.min(count, power.written);
      power.written -= written;
      return written;
    },
    cut() {
      throw CUT;
    },
    damaged: () => faults.push("damaged"),
    wrote: () => undefined,
    compacts: () => faults.push("compacted"),
    compacted: () => undefined,
  });
  const make = { object: () => ({}), array: (items: readonly unknown[]) => [...items] };
  return storageModule(files, flash, make, String, String) as unknown as Storage;
}

/** A board without a network: its flash, and a platform that answers at once. */
export class Board {
  readonly files: Files = new Map([
    [".bootcde", loaderOf(BOARD)],
    ["app0", firstSlot(makePackage({ version: "1", time: 1000, program: PROGRAM }, KEY))],
  ]);
  readonly power: Power = { written: Infinity, received: Infinity };
  readonly faults: string[] = [];
  readonly steps: number[] = [];
  readonly requests: string[] = [];
  /** What the platform has for the board. */
  offered = NEW;

  /** Runs the loader. @returns the slot it chose; undefined if the power was cut */
  async boot(): Promise<number | undefined> {
    const { board, lines } = await bench("", { storage: this.files, power: this.power });
    board.on("fault", (text) => this.faults.push(text));
    await board.stop();
    const [line] = lines;
    if (line === undefined) return undefined;
    expect(lines).toEqual([expect.stringMatching(/^runs [01]$/)]);
    return Number(line.slice(-1));
  }

  /** Runs the updater, for two minutes unless another time is given in ms, or until it restarts the board. */
  update(own: number, time = 2 * GOOD_AFTER): void {
    const storage = storageOf(this.files, this.power, this.faults);
    const restarts: string[] = [];
    let now = 1000;
    const updater = createUpdater({
      files: storage,
      runningSlot: own,
      wordsOf: (slot) => storage.read(`app${slot}`, 0, LONGEST_HEADS)?.split(" ") ?? [""],
      signatureOf: (signed) => sign(signed, KEY),
      createService: (send) =>
        createFuseOta(
          { product: "P1q2w3", device: "lamp", token: "token" },
          "localhost",
          send,
          () => undefined,
        ),
      exchange: (request, done) => {
        const [head = "", body = ""] = request().split("\r\n\r\n");
        done(`HTTP/1.1 200 OK\r\n\r\n${this.#answer(head, body)}`);
      },
      room: 5000,
      now: () => now,
      isReady: () => now > 1000,
      restart: (why) => void restarts.push(why),
      say: () => undefined,
    });
    for (; now <= time && restarts.length === 0; now += 1000) updater.tick();
  }

  /** Any other file of a board. */
  write(name: string, size: number): void {
    storageOf(this.files, this.power, this.faults).write(name, "x".repeat(size), 0);
    expect(this.files.get(name)).toHaveLength(size);
  }

  #answer(head: string, body: string): string {
    const line = head.slice(0, head.indexOf("\r\n"));
    this.requests.push(line);
    const start = /bytes=(\d+)-/.exec(head)?.[1];
    if (start !== undefined) return this.offered.slice(Number(start), Number(start) + RANGE);
    if (line.includes("status")) this.steps.push((JSON.parse(body) as { step: number }).step);
    const isOver = this.steps.some((step) => step > 101);
    return line.includes("check") && !isOver ? `{"data":{"tid":7,"size":${this.offered.length}}}` : "";
  }
}

/**
 * An update with a cut of the power after a number of bytes.
 * @param then happens after the cut
 * @returns how many bytes could still be written
 */
export async function run(written: number, then: (board: Board) => void = () => undefined): Promise<number> {
  const board = new Board();
  board.power.written = written;
  for (let boots = 0; boots < 8 && !board.steps.includes(201); boots++) {
    const own = await board.boot();
    try {
      if (own !== undefined) board.update(own);
    } catch (error) {
      if (error !== CUT) throw error;
    }
    // The power returns; it is cut once.
    if (board.power.written > 0) continue;
    board.power.written = Infinity;
    then(board);
  }
  expect([board.steps.at(-1), board.faults, await board.boot()], `cut after ${written}`).toEqual([
    201,
    [],
    1,
  ]);
  return board.power.written;
}

/** How many bytes an update writes. */
export async function countWritten(): Promise<number> {
  const all = 100_000;
  const count = all - (await run(all));
  expect(count).toBeGreaterThan(NEW.length + 32);
  return count;
}

/** What else may come after a cut. */
export const AFTERWARDS: Readonly<Record<string, (board: Board) => void>> = {
  "the board writes other files": (board) => {
    board.write("outbox", 1900);
    board.write("boots", 1);
  },
  "there is a longer update": (board) => {
    if (!board.steps.includes(101)) board.offered = LONGER;
  },
};
