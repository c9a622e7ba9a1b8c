import { expect, it, onTestFinished, vi } from "vitest";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import { faultsOf } from "../../../scripts/web-console/faults.ts";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { BOARD } from "./a-board.ts";

function setUp() {
  const feed = createFeed();
  onTestFinished(() => feed.close());
  for (const id of ["b1", "b2"]) feed.addBoard({ ...BOARD, id });
  const start = vi.fn(() => Promise.resolve());
  const stop = vi.fn(() => Promise.resolve());
  const faults = faultsOf(loadBoard("esp32-devkit"), { start, stop }, feed, ["b1", "b2"], () => {
    throw new Error("unexpected board look-up");
  });
  const down = () =>
    ["b1", "b2"].map((id) =>
      feed
        .board(id)
        ?.faults.map(({ name }) => name)
        .join(),
    );
  return { start, stop, down, turn: async (isOn: boolean) => faults.platform?.("b1", isOn) };
}

it("takes the platform down for all boards, once, and starts it again", async () => {
  const { start, stop, down, turn } = setUp();
  await Promise.all([turn(true), turn(true)]);
  expect(down()).toEqual(["platform", "platform"]);
  expect(stop).toHaveBeenCalledTimes(1);
  await Promise.all([turn(false), turn(false)]);
  expect(down()).toEqual(["", ""]);
  expect(start).toHaveBeenCalledTimes(1);
});

it("says why the platform does not start, and starts it at the next try", async () => {
  const { start, down, turn } = setUp();
  const taken = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE", port: 1883 });
  start.mockRejectedValueOnce(taken);
  await turn(true);
  await expect(turn(false)).rejects.toThrow(/another program took port 1883/);
  expect(down()).toEqual(["platform", "platform"]);
  await turn(false);
  expect(down()).toEqual(["", ""]);
});
