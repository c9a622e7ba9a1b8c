import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answerInTime } from "../../../scripts/stage/answer-in-time.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Sends a command that is answered after `after` ms. @returns the reported outcomes */
async function ask(generation: string, after: number): Promise<unknown[]> {
  const reported: unknown[] = [];
  const command = (timeout: number) =>
    new Promise<string | undefined>((resolve) => {
      setTimeout(resolve, Math.min(after, timeout), after <= timeout ? "on" : undefined);
    });
  void answerInTime(generation, command, (late) => reported.push(`late: ${late}`)).then((answer) =>
    reported.push(answer),
  );
  await vi.advanceTimersByTimeAsync(2_000_000);
  return reported;
}

it("returns an answer in time", async () => {
  expect(await ask("suite", 4999)).toEqual(["on"]);
  expect(await ask("studio", 4999)).toEqual(["on"]);
});

it("returns undefined on timeout, and reports the answer later", async () => {
  expect(await ask("multiprotocol", 60_000)).toEqual([undefined, "late: on"]);
  expect(await ask("plain", 599_000)).toEqual([undefined, "late: on"]);
});

it("does not wait forever, nor for replies that the platform would reject", async () => {
  expect(await ask("multiprotocol", 600_001)).toEqual([undefined]);
  expect(await ask("studio", 5001)).toEqual([undefined]);
});

it("passes on a failure to send, and survives the server closing", async () => {
  const fail = () => Promise.reject(new Error("device not online: d1"));
  await expect(answerInTime("suite", fail, () => undefined)).rejects.toThrow("device not online: d1");
  const end = () =>
    new Promise<undefined>((_resolve, reject) => setTimeout(reject, 6000, new Error("closed")));
  const answer = answerInTime("suite", end, () => undefined);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toBeUndefined();
});
