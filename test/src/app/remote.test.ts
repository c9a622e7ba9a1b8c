import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPlainLamp, createRgbLamp, type Lamp } from "../../../src/app/lamp.ts";
import {
  BLINKS,
  createRemote,
  EARLIEST_RESTART,
  Level,
  LONGEST_LINE,
  MOST_LINES,
  RESTART_TICKS,
  type Remote,
} from "../../../src/app/remote.ts";
import { chanceOf } from "../../support/random-programs.ts";
import { bytesOf } from "../../support/texts.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

let remote: Remote;
let sent: string[];
let done: string[];
let isReady: boolean;
let isFull: boolean;
let age: number;
let lit: boolean;
let secrets: readonly string[];

function make(
  level: Level,
  lamp: Lamp = createPlainLamp(
    (on) => (lit = on),
    () => lit,
  ),
): void {
  sent = [];
  done = [];
  isReady = true;
  isFull = false;
  age = 12_345;
  secrets = ["s3cret", "", "a", "a token"];
  remote = createRemote({
    level,
    secrets: () => secrets,
    age: () => age,
    isReady: () => isReady,
    send(line) {
      if (!isFull) sent.push(line);
      return !isFull;
    },
    lamp,
    restart: (why) => done.push(why),
    rest: () => done.push("rest"),
  });
}

beforeEach(() => make(Level.All));
afterEach(() => setFeatures(ALL_FEATURES));

function tick(count = 1): void {
  for (let i = 0; i < count; i++) remote.tick();
}

describe("lines", () => {
  it("are sent one a tick, with the time since the boot, once there is a way", () => {
    remote.heard("one");
    age = 14_000;
    remote.heard("two");
    isReady = false;
    tick();
    isReady = true;
    isFull = true;
    tick();
    expect(sent).toEqual([]);
    isFull = false;
    tick();
    expect(sent).toEqual(["12 one"]);
    tick(3);
    expect(sent).toEqual(["12 one", "14 two"]);
  });

  it("are only those of trouble, unless all are asked for", () => {
    make(Level.Problems);
    const calm = [
      "Wi-Fi: joining attic",
      "Wi-Fi: connected, address 192.168.1.20",
      "OneNET: connecting to a:1",
      "OneNET: online",
      "OneNET: registering",
      "Command: on",
    ];
    const others = ["Kitchen lamp", "Wi-Fi: disconnected, x; next try in 1 s", "OneNET: no connection: x"];
    for (const line of [...calm, ...others]) remote.heard(line);
    tick(20);
    expect(sent).toEqual(others.map((line) => `12 ${line}`));
    expect(remote.obey("log all")).toBe("all");
    for (const line of calm) remote.heard(line);
    tick(20);
    expect(sent.slice(3)).toEqual(calm.map((line) => `12 ${line}`));
    remote.heard("waits");
    expect(remote.obey(" log  off ")).toBe("off");
    remote.heard("unheard");
    tick(20);
    expect(sent).toHaveLength(9);
  });

  it("say how many were left out when too many waited", () => {
    isReady = false;
    for (let i = 0; i < MOST_LINES + 3; i++) remote.heard(`line ${i}`);
    isReady = true;
    tick(MOST_LINES + 5);
    expect(sent[0]).toBe("3 lines left out");
    expect(sent[1]).toBe("12 line 3");
    expect(sent).toHaveLength(MOST_LINES + 1);
  });

  it("do not repeat the last one: a rejected line would be reported for ever", () => {
    remote.heard("OneNET: data points rejected");
    tick();
    remote.heard("OneNET: data points rejected");
    tick(5);
    expect(sent).toHaveLength(1);
  });

  it("contain no secret, nor what is no UTF-8, and are bounded", () => {
    remote.heard("Own code: s3cret a token s3cret");
    remote.heard(bytesOf("门开了 é 🌱"));
    remote.heard("Wi-Fi: joining \xbf\xa7");
    remote.heard("x".repeat(1000));
    remote.heard("s3cret".repeat(40));
    tick(9);
    expect(sent).toEqual([
      "12 Own code: *** *** ***",
      `12 ${bytesOf("门开了 é 🌱")}`,
      "12 Wi-Fi: joining ??",
      `12 ${"x".repeat(LONGEST_LINE)}`,
      "12 ***",
    ]);
  });
});

/** The same line by line as {@link Remote} sends it, from what no line and no two lines may show. */
function withoutSecrets(lines: readonly string[]): string[] {
  const text = lines.join("");
  const isSecret = Array.from(text, () => false);
  let start = 0;
  for (const [i, line] of lines.entries()) {
    const two = line + (lines[i + 1] ?? "");
    for (const secret of secrets.filter(({ length }) => length >= 4)) {
      for (let at = 0; at + secret.length <= two.length; at++)
        if (two.startsWith(secret, at)) isSecret.fill(true, start + at, start + at + secret.length);
    }
    start += line.length;
  }
  start = 0;
  return lines.map((line) => {
    const shown = Array.from(line, (char) => (isSecret[start++] ? "\n" : char)).join("");
    return `12 ${shown.replaceAll(/\n+/g, "***").slice(0, LONGEST_LINE)}`;
  });
}

it("of secrets that overlap, contain each other or are in two lines, nothing is sent", () => {
  const { below, of } = chanceOf(2020);
  let hidden = 0;
  for (let round = 0; round < 2000; round++) {
    make(Level.All);
    const text = (most: number) => Array.from({ length: below(most) }, () => of(["a", "b", "c"])).join("");
    const base = text(20);
    secrets = Array.from({ length: 1 + below(4) }, () => base.slice(below(8)).slice(0, below(12)) || text(9));
    // Some are cut into lines; a line that repeats the last one is not sent.
    const whole = Array.from({ length: 2 + below(5) }, () => of([...secrets, base, text(6), " "])).join("");
    const lines: string[] = [];
    for (let at = 0; at < whole.length;) {
      const line = whole.slice(at, (at += 1 + below(12)));
      if (line !== lines.at(-1)) lines.push(line);
    }
    lines.splice(MOST_LINES);
    for (const line of lines) remote.heard(line);
    tick(MOST_LINES);
    const expected = withoutSecrets(lines);
    expect(sent, JSON.stringify({ secrets, lines })).toEqual(expected);
    for (const secret of secrets.filter(({ length }) => length >= 4))
      expect(sent.some((line) => line.includes(secret))).toBe(false);
    hidden += expected.filter((line) => line.includes("***")).length;
  }
  expect(hidden).toBeGreaterThan(1000);
});

it("of a secret in two lines, the second is hidden even if the first has gone", () => {
  remote.heard("its token: s3c");
  tick();
  remote.heard("ret, or so");
  tick();
  remote.heard("x".repeat(LONGEST_LINE + 1) + "s3c");
  remote.heard("ret s3cret");
  tick(2);
  expect(sent).toEqual([
    "12 its token: s3c",
    "12 ***, or so",
    `12 ${"x".repeat(LONGEST_LINE)}`,
    "12 ret ***",
  ]);
});

describe("commands", () => {
  it("answer the level, and refuse another one", () => {
    expect(remote.obey("log")).toBe("all");
    expect(remote.obey("log problems")).toBe("problems");
    expect(remote.obey("log debug")).toBe("error: log takes off, problems or all");
    expect(remote.obey("log")).toBe("problems");
  });

  it("leave others alone", () => {
    for (const command of ["on", "logs", "restart now", "safe", "", "identify me"])
      expect(remote.obey(command)).toBeUndefined();
  });

  it("restart once the answer had time to go out", () => {
    age = EARLIEST_RESTART - 1;
    expect(remote.obey("restart")).toBe("error: not in the first minute");
    expect(remote.obey("safe mode")).toBe("error: not in the first minute");
    tick(5);
    expect(done).toEqual([]);
    age = EARLIEST_RESTART;
    expect(remote.obey("restart")).toBe("restarting");
    tick(RESTART_TICKS - 1);
    expect(done).toEqual([]);
    tick(5);
    expect(done).toEqual(["Restart by a command"]);
  });

  it.each(["safe mode", "safe_mode"])("rest: %s", (command) => {
    age = EARLIEST_RESTART;
    expect(remote.obey(command)).toBe("resting for an hour");
    tick(RESTART_TICKS);
    expect(done).toEqual(["rest", "Restart by a command"]);
  });

  it.each([false, true])("blink, and leave a lamp as it was: %s", (before) => {
    lit = before;
    const seen: boolean[] = [];
    expect(remote.obey("identify")).toBe("blinking");
    for (let i = 0; i < BLINKS; i++) {
      expect(remote.isBlinking()).toBe(true);
      tick();
      seen.push(lit);
    }
    expect(remote.isBlinking()).toBe(false);
    expect(seen.filter((on) => on !== before)).toHaveLength(BLINKS / 2);
    expect(lit).toBe(before);
  });

  it("leave the colour as it was, even if asked twice", () => {
    let shown = "";
    make(
      Level.Off,
      createRgbLamp((colour) => (shown = colour.join()), [9, 9, 9]),
    );
    const lamp = createRgbLamp((colour) => (shown = colour.join()), [9, 9, 9]);
    make(Level.Off, lamp);
    lamp.paint("#102030");
    remote.obey("identify");
    tick(3);
    remote.obey("identify");
    tick(BLINKS);
    expect(shown).toBe("16,32,48");
  });

  it("need a light to blink", () => {
    setFeatures({ ...ALL_FEATURES, light: false });
    expect(remote.obey("identify")).toBe("error: no light to blink");
  });
});
