import { afterEach, expect, it, vi } from "vitest";
import { faultsOf } from "../../../scripts/web-console/faults.ts";
import { loadBoard } from "../../../scripts/boards/index.ts";

afterEach(() => vi.useRealTimers());

it("restarts the platform after a failed restart, and says why it failed", async () => {
  vi.useFakeTimers();
  const taken = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE", port: 1883 });
  const start = vi.fn(() => Promise.resolve()).mockRejectedValueOnce(taken);
  const stop = vi.fn(() => Promise.resolve());
  const { restart } = faultsOf(loadBoard("esp32-devkit"), { start, stop }, () => {
    throw new Error("unexpected board look-up");
  });
  const first = Promise.resolve(restart?.("")).then(
    () => "up",
    (error: unknown) => (error as Error).message,
  );
  await vi.advanceTimersByTimeAsync(3000);
  expect(await first).toMatch(/another program took port 1883/);
  const second = Promise.resolve(restart?.("")).then(() => "up");
  await vi.advanceTimersByTimeAsync(3000);
  expect(await second).toBe("up");
  expect(stop).toHaveBeenCalledTimes(2);
});
