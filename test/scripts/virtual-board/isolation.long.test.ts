import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClock, type BoardClock } from "../../../scripts/virtual-board/clock.ts";
import { ESCAPES, REACH } from "./escapes.ts";
import { EVERYTHING, happenings } from "./everything.ts";
import { startFactServers } from "./fact-servers.ts";
import { bench, HOME } from "./lib.ts";
import { walk } from "./realm-walk.ts";

/** The contexts of boards created since the test began. */
const contexts: vm.Context[] = [];

let clock: BoardClock;

beforeEach(() => {
  clock = createClock(0);
  contexts.length = 0;
  const { createContext } = vm;
  vi.spyOn(vm, "createContext").mockImplementation((...args: Parameters<typeof createContext>) => {
    const context = createContext(...args);
    contexts.push(context);
    return context;
  });
});

afterEach(() => vi.restoreAllMocks());

/** The realm of this test's board, whose program has stored values. */
function realm(): vm.Context {
  const context = contexts.find((each) => "kept" in each);
  if (context === undefined) throw new Error("no board created a context");
  return context;
}

const inside = (code: string): unknown => vm.runInContext(code, realm());

/** The findings in everything the program has stored, and how much that was. */
function found(): { strays: string[]; count: number } {
  return walk(realm(), { kept: inside("kept"), global: inside("globalThis") });
}

describe.each(["esp32", "esp8266", "esp32c3"] as const)(
  "a program on %s reaches only its own realm",
  (chip) => {
    it("through any global, argument, text or error", async () => {
      const { lines } = await bench(EVERYTHING, { chip, clock });
      await clock.advance(200);
      expect(lines.at(-1)).toBe("done");
      const { strays, count } = found();
      expect(strays).toEqual([]);
      expect(count).toBeGreaterThan(50_000);
    });

    it("through any event", async () => {
      const run = await bench(happenings(await startFactServers()), { chip, air: HOME, clock });
      run.board.sensors.disturb(5, "away");
      for (let turn = 0; turn < 20; turn++) {
        run.board.setLevel(4, turn % 2 === 0 ? 0 : 1);
        await clock.advance(100);
      }
      expect(run.lines.at(-1)).toBe("done");
      expect(run.lines).toEqual(
        expect.arrayContaining([...TOLD, ...(chip === "esp8266" ? TOLD_BY_EVENTS : [])]),
      );
      expect(found().strays).toEqual([]);
    });
  },
);

const TOLD =
  `E init|timeout|interval|watch|slow watch|DHT22|no DHT22|Wifi associated|Wifi callback|Wifi connected|getIP
  getDetails|getAPDetails|stopAP|disconnect|Wifi disconnected|net callback|net connect|net drain|net data|net end|net close
  tls callback|tls connect|tls drain|tls data|tls error|tls end|tls close|request drain|request connect|request error
  http callback|response data|response end|response close|get|bind|dgram callback|dgram connect|dgram message|dgram drain
  dgram end|dgram close`.split(/\||\n\s*/);
const TOLD_BY_EVENTS = ["getStatus", "net error"];

describe("the walk finds one of Node's functions", () => {
  const intruder = (): undefined => undefined;
  /** A getter of the realm. */
  const giver = (given: unknown) =>
    (
      inside("(function (given) { return { get: function () { return given; } }; })") as (
        given: unknown,
      ) => object
    )(given);

  it.each([
    ["among the properties", (at: object) => Object.assign(at, { intruder })],
    ["under a symbol", (at: object) => Object.assign(at, { [Symbol("hidden")]: intruder })],
    ["where it cannot be listed", (at: object) => Object.defineProperty(at, "x", { value: intruder })],
    ["in a getter", (at: object) => Object.defineProperty(at, "x", { get: intruder })],
    ["given by a getter", (at: object) => Object.defineProperty(at, "x", giver(intruder))],
    ["as a prototype", (at: object): unknown => Object.setPrototypeOf(at, { intruder })],
    ["deep down", (at: object) => Object.assign(at, { a: inside(`[{ b: [] }]`), c: [intruder] })],
  ])("%s", async (_, put) => {
    await bench("var kept = [{}];", { clock });
    expect(found().strays).toEqual([]);
    put((inside("kept") as object[])[0] ?? {});
    expect(found().strays).not.toEqual([]);
  });
});

describe("known escapes fail:", () => {
  it.each(ESCAPES)("$name", async ({ script }) => {
    const { lines } = await bench(`setTimeout(function () { print("done"); }, 50); ${REACH} ${script}`, {
      clock,
    });
    await clock.advance(100);
    expect(lines).toContain("done");
    expect(lines).not.toContain("escaped");
  });

  it("import() in the program itself, which does not run then", async () => {
    const { lines } = await bench(`print("runs"); import("fs");`, { clock });
    expect(lines[0]).toBe('Uncaught ReferenceError: "import" is not defined');
    expect(lines).not.toContain("runs");
  });

  it("import() on the console", async () => {
    const { board, lines } = await bench("", { clock });
    board.type("var p = import('fs')\nprint(typeof p)\n");
    expect(lines).toEqual(['Uncaught ReferenceError: "import" is not defined', "undefined"]);
  });

  it("the word import elsewhere does no harm", async () => {
    const text = `print("important: import it"); ({ import: 1 }).import; // import("x")`;
    expect((await bench(text, { clock })).lines[0]).toBe("important: import it");
  });

  it("the word import elsewhere is unchanged", async () => {
    const text = `var important = { import: 2 }; print("import", 'an\\import', /^import$/.test("import"), important.import);`;
    expect((await bench(text, { clock })).lines[0]).toBe("import animport true 2");
  });
});
