/** Making room in a board's flash: the order of steps, and what is left alone if there is not enough room. */

import { describe, expect, it } from "vitest";
import { linkTo } from "../../../scripts/flash/board-link.ts";
import { makeRoom } from "../../../scripts/flash/make-room.ts";
import { answerTo, fakePort } from "../../support/fake-port.ts";

interface Flash {
  free: number;
  trash: number;
  /** Bytes of `.bootcde`. */
  program: number;
  /** Whether a compaction has enough memory. */
  canCompact?: boolean;
}

/** A board with a flash. @returns what was done there, and all messages of makeRoom */
async function makeRoomIn(flash: Flash, size: number) {
  const done: string[] = [];
  const stats = () => ({ freeBytes: flash.free, trashBytes: flash.trash });
  const port = fakePort((line, print) => {
    let value: unknown = 1;
    if (line.includes(".length")) value = [stats(), [flash.program, 0]];
    else if (line.includes(".erase(")) {
      done.push("erase");
      flash.trash += flash.program;
      flash.program = 0;
    } else if (line.includes(".compact()")) {
      done.push("compact");
      if (flash.canCompact !== false) flash.free += flash.trash;
      if (flash.canCompact !== false) flash.trash = 0;
      value = stats();
    } else if (line.includes("getStats")) value = stats();
    else if (line.includes("reset()")) done.push("reset");
    print(answerTo(line, JSON.stringify(value)) ?? "\r\n>");
  });
  const waits: string[] = [];
  const steps: string[] = [];
  const failure = await makeRoom(linkTo(port), {
    size,
    onErase: () => void done.push("write"),
    onWait: (text) => void waits.push(text),
    onStep: (text) => void steps.push(text),
  }).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { done, failure, waits, steps, typed: port.typed() };
}

describe("room for a script", () => {
  it("is made in an order that runs nothing from files being moved", async () => {
    const { done, failure, waits, steps, typed } = await makeRoomIn(
      { free: 1000, trash: 500, program: 9000 },
      9000,
    );
    expect(failure).toBeUndefined();
    expect(done).toEqual(["write", "erase", "reset", "compact"]);
    expect(waits).toEqual([expect.stringMatching(/^compacting the board's flash: up to 20 s/)]);
    expect(steps).toEqual(["Flash compacted: 10500 bytes are free"]);
    expect(typed).toMatch(/compact\(\),reset\(\)/); // what .boot0 left in memory is read again
  });

  it("is available on an empty board: nothing is compacted or printed", async () => {
    const { done, waits, steps } = await makeRoomIn({ free: 900_000, trash: 0, program: 0 }, 9000);
    expect(done).toEqual(["write", "erase", "reset"]);
    expect([...waits, ...steps]).toEqual([]);
  });

  it("is not available: the previous program stays, and the free space is reported", async () => {
    const { done, failure } = await makeRoomIn({ free: 1000, trash: 500, program: 3000 }, 9000);
    expect(done).toEqual([]);
    expect(failure).toMatch(
      /the board's flash is full: the script needs 9040 bytes, and at most 4500 can be freed; [^]*eraseAll/,
    );
  });

  it("was not freed by the compaction: reports it before the upload fails", async () => {
    const { failure } = await makeRoomIn({ free: 1000, trash: 9000, program: 0, canCompact: false }, 9000);
    expect(failure).toMatch(/the script needs 9040 bytes, and at most 1000 can be freed/);
  });
});
