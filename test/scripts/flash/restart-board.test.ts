/** A board that restarts, on a port that stays or that disappears and returns. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { linkTo } from "../../../scripts/flash/board-link.ts";
import { restartBoard } from "../../../scripts/flash/restart-board.ts";
import { answerTo, fakePort, type FakePort } from "../../support/fake-port.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const signal = new AbortController().signal;
const never = () => Promise.reject(new Error("no port"));

/** Answers like an Espruino. @param state whether it has restarted, and what a restart does */
function board(state: { hasRestarted: boolean; restart?: (port: FakePort) => void }): FakePort {
  const port: FakePort = fakePort((line, print) => {
    if (line.includes("E.reboot()")) return state.restart?.(port);
    const value = line.includes("typeof flashing") ? (state.hasRestarted ? '"undefined"' : '"number"') : "1";
    print(answerTo(line, value) ?? "\r\n>");
  });
  return port;
}

describe("restarting a board", () => {
  it("waits until its variables are gone, and stops the program that then runs", async () => {
    const state = { hasRestarted: false };
    const port = board(state);
    const link = linkTo(port);
    const back = restartBoard(link, { reopen: never, signal });
    setTimeout(() => (state.hasRestarted = true), 3000);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await back).toBe(link);
    expect(port.typed().indexOf("reset()")).toBeGreaterThan(port.typed().indexOf("E.reboot()"));
  });

  it("reopens a port that disappeared, once it is back", async () => {
    const first = linkTo(board({ hasRestarted: false, restart: (port) => port.destroy() }));
    const port = board({ hasRestarted: true });
    let tries = 0;
    const reopen = () => (++tries < 4 ? never() : Promise.resolve(linkTo(port)));
    const back = restartBoard(first, { reopen, signal });
    await vi.advanceTimersByTimeAsync(5000);
    expect((await back).port).toBe(port);
    expect(tries).toBe(4);
    expect(port.typed()).toContain("reset()");
  });

  it("says what to do if it does not come back", async () => {
    const link = linkTo(board({ hasRestarted: false, restart: (port) => port.destroy() }));
    const failure = restartBoard(link, { reopen: never, signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(String(await failure)).toMatch(/did not come back after its restart: press its EN or RST button/);
  });

  it("waits no longer if this computer's clock is set back a day", async () => {
    const link = linkTo(board({ hasRestarted: false, restart: (port) => port.destroy() }));
    let failure: unknown;
    restartBoard(link, { reopen: never, signal }).catch((error: unknown) => (failure = error));
    vi.setSystemTime(Date.now() - 24 * 3_600_000);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(String(failure)).toMatch(/did not come back/);
  });

  it("ends with its signal", async () => {
    const stop = new AbortController();
    const link = linkTo(board({ hasRestarted: false, restart: (port) => port.destroy() }));
    const failure = restartBoard(link, { reopen: never, signal: stop.signal }).catch(
      (error: unknown) => error,
    );
    stop.abort(new Error("interrupted"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(String(await failure)).toContain("interrupted");
  });
});
