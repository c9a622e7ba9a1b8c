import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answerInTime } from "../../scripts/lib/answer-in-time.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Sends a command whose answer comes after some time. @returns what was told */
async function ask(generation: string, after: number): Promise<unknown[]> {
  const told: unknown[] = [];
  const command = (timeout: number) =>
    new Promise<string | undefined>((resolve) => {
      setTimeout(resolve, Math.min(after, timeout), after <= timeout ? "on" : undefined);
    });
  void answerInTime(generation, command, (late) => told.push(`late: ${late}`)).then((answer) =>
    told.push(answer),
  );
  await vi.advanceTimersByTimeAsync(2_000_000);
  return told;
}

it("gives an answer that comes in time", async () => {
  expect(await ask("suite", 4999)).toEqual(["on"]);
  expect(await ask("studio", 4999)).toEqual(["on"]);
});

it("says that there is none yet, and tells it when it comes", async () => {
  expect(await ask("multiprotocol", 60_000)).toEqual([undefined, "late: on"]);
  expect(await ask("plain", 599_000)).toEqual([undefined, "late: on"]);
});

it("does not wait for ever, and not for what the platform itself takes no more", async () => {
  expect(await ask("multiprotocol", 600_001)).toEqual([undefined]);
  expect(await ask("studio", 5001)).toEqual([undefined]);
});

it("passes on why a command could not be sent, and bears the end of the server", async () => {
  const fail = () => Promise.reject(new Error("device not online: d1"));
  await expect(answerInTime("suite", fail, () => undefined)).rejects.toThrow("device not online: d1");
  const end = () =>
    new Promise<undefined>((_resolve, reject) => setTimeout(reject, 6000, new Error("closed")));
  const answer = answerInTime("suite", end, () => undefined);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toBeUndefined();
});
