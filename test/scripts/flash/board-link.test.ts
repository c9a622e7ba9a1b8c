/** Questions to a board, and what may arrive instead of answers. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY, linkTo, LockedError, SOON } from "../../../scripts/flash/board-link.ts";
import { answerTo, fakePort, type FakePort } from "../../support/fake-port.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A board that reads no input for `ms` and then all of it, as after a blocked connect. */
function awayFor(ms: number): FakePort {
  const backAt = Date.now() + ms;
  return fakePort((line, print) => {
    const answer = answerTo(line, line.includes("first") ? '"first"' : '"second"');
    setTimeout(() => print(answer ?? "\r\n>"), backAt - Date.now());
  });
}

describe("a question", () => {
  it("waits for an interpreter that is busy for 27 s, and reports the delay", async () => {
    const link = linkTo(awayFor(27_000));
    const onLate = vi.fn();
    const answer = link.ask("first", { onLate });
    await vi.advanceTimersByTimeAsync(SOON);
    expect(onLate).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(27_000);
    expect(await answer).toMatchObject({ value: "first", isAnswered: true });
  });

  it("gets its own answer, even if another's arrives late", async () => {
    const link = linkTo(awayFor(10_000));
    const first = link.ask("first");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await first).toMatchObject({ value: "first" });
    const second = link.ask("second");
    await vi.advanceTimersByTimeAsync(10);
    expect(await second).toMatchObject({ value: "second" });
  });

  it("ends at its time-out, with the output so far", async () => {
    const port = fakePort((_line, print, index) => {
      if (index === 0) print("Wi-Fi: joining\r\n");
    });
    const answer = linkTo(port).ask("1");
    await vi.advanceTimersByTimeAsync(AWAY);
    expect(await answer).toEqual({ value: undefined, isAnswered: false, heard: "Wi-Fi: joining\r\n" });
    expect(port.typed()).toContain("\x03");
  });

  it("does not interrupt a running program if not allowed to", async () => {
    const port = fakePort(() => undefined);
    const answer = linkTo(port).ask("1", { mayInterrupt: false });
    await vi.advanceTimersByTimeAsync(AWAY);
    await answer;
    expect(port.typed()).not.toContain("\x03");
  });

  it("is answered through the drivers' log, within and around the answer", async () => {
    const port = fakePort((line, print) => {
      const answer = answerTo(line, '{"VERSION":"2v29"}');
      if (!answer) return;
      for (const piece of ["I (1) wifi:a\r\n", answer.slice(0, 9), "I (2) wi", "fi:b\r\n", answer.slice(9)])
        print(piece);
    });
    expect(await linkTo(port).ask("process.env")).toMatchObject({ value: { VERSION: "2v29" } });
  });

  it("reports what the expression threw, at once", async () => {
    const port = fakePort((line, print) => {
      const number = /fromCharCode\(2\)\+"(\d+)!/.exec(line)?.[1];
      if (number) print(`\x02${number}!"ReferenceError: lamp"\x03\r\n`);
    });
    expect(await linkTo(port).ask("lamp")).toMatchObject({ error: "ReferenceError: lamp", isAnswered: true });
  });

  it("ends with the port", async () => {
    const port = fakePort(() => port.destroy());
    const link = linkTo(port);
    expect(await link.ask("1")).toMatchObject({ isAnswered: false });
    expect(await link.ask("1")).toMatchObject({ isAnswered: false });
  });

  it("keeps a bounded part of a talkative board's output", async () => {
    const port = fakePort((line, print) => {
      if (line) for (let count = 0; count < 100; count++) print("x".repeat(1000));
    });
    const answer = linkTo(port).ask("1", 100);
    await vi.advanceTimersByTimeAsync(100);
    expect((await answer).heard.length).toBe(8192);
  });
});

describe("a console with a password", () => {
  /** Behaves like jsinteractive.c. */
  function locked(password: string): FakePort {
    let isLocked = true;
    return fakePort((line, print) => {
      if (!isLocked) return print(answerTo(line, "42") ?? "\r\n>");
      isLocked = line.slice(0, 20) !== password;
      print(isLocked ? "\r\n  Invalid password\r\npassword>" : "\r\n  Logged in.\r\n>");
    });
  }

  it("gets it before the question", async () => {
    const port = locked("open sesame");
    const link = linkTo(port, { password: "open sesame" });
    expect(await link.ask("6*7")).toMatchObject({ value: 42 });
    expect(port.typed().match(/open sesame/g)).toHaveLength(1);
    expect(await link.ask("6*7")).toMatchObject({ value: 42 });
    expect(port.typed().match(/open sesame/g)).toHaveLength(1);
  });

  it("and a wrong one: says where it came from, without showing it", async () => {
    const answer = linkTo(locked("right"), { password: "wrong1", passwordFrom: "boards/x.json" })
      .ask("1")
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(AWAY);
    const error = await answer;
    expect(error).toBeInstanceOf(LockedError);
    expect(String(error)).toMatch(/a different password: console.password in boards\/x\.json/);
    expect(String(error)).not.toContain("wrong1");
  });

  it("and none in the board file: reports it at once", async () => {
    await expect(linkTo(locked("right"), { passwordFrom: "boards/x.json" }).ask("1")).rejects.toThrow(
      "the board's console needs a password, but boards/x.json has none",
    );
  });

  it("never prints it, even if it is echoed", async () => {
    const port = fakePort((line, print, index) => {
      if (index === 0) print("\r\n  Invalid password\r\npassword>");
      if (line === "sesame") print('>sesame\r\nUncaught ReferenceError: "sesame" is not defined\r\n');
    });
    const link = linkTo(port, { password: "sesame" });
    const lines: string[] = [];
    link.events.on("line", (line) => lines.push(line));
    const answer = link.ask("1");
    await vi.advanceTimersByTimeAsync(AWAY);
    expect((await answer).heard).not.toContain("sesame");
    expect(lines).toContain('Uncaught ReferenceError: "***" is not defined');
    expect(lines.join()).not.toContain("sesame");
  });
});
