/** When a board that sleeps has done what it woke for. */

import { describe, expect, it } from "vitest";
import { createWake, FAILURES, QUIET, type WakeParts } from "../../../src/app/wake.ts";

/** A board that has done everything, except for some changes. @returns why it sleeps, and the wake */
function woken(changes: Partial<WakeParts> = {}) {
  const sleeps: string[] = [];
  const wake = createWake({
    isWoken: true,
    isMeasured: () => true,
    isSettled: () => true,
    quietTime: () => QUIET,
    isBusy: () => false,
    sleep: (why) => sleeps.push(why),
    ...changes,
  });
  return { wake, sleeps };
}

describe("a board that woke", () => {
  it("sleeps once everything is done and the server is silent", () => {
    const { wake, sleeps } = woken();
    wake.tick();
    expect(sleeps).toEqual(["Done"]);
  });

  it.each<[string, Partial<WakeParts>]>([
    ["something is not measured", { isMeasured: () => false }],
    ["something is not acknowledged", { isSettled: () => false }],
    ["the server has just spoken", { quietTime: () => QUIET - 1 }],
    ["an update is under way", { isBusy: () => true }],
    ["it was started by hand", { isWoken: false }],
  ])("stays awake while %s", (_, changes) => {
    const { wake, sleeps } = woken(changes);
    wake.tick();
    expect(sleeps).toEqual([]);
  });

  it("gives up after some failures, once", () => {
    const { wake, sleeps } = woken({ isSettled: () => false });
    for (let i = 1; i < FAILURES; i++) wake.failed();
    expect(sleeps).toEqual([]);
    wake.failed();
    wake.failed();
    expect(sleeps).toEqual(["No platform"]);
  });

  it("does not give up after a start by hand", () => {
    const { wake, sleeps } = woken({ isWoken: false });
    for (let i = 0; i <= FAILURES; i++) wake.failed();
    expect(sleeps).toEqual([]);
  });
});
