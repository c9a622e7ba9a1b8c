/** Which port a board is on: the only likely one, or the one picked; what is said if that is not clear. */

import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Chip } from "../../../src/board.ts";
import { UserError } from "../../../scripts/cli/command.ts";
import { choosePort, type Terminal } from "../../../scripts/flash/choose-port.ts";
import { describe as portOf, type FoundPort } from "../../../scripts/flash/serial-ports.ts";

const CP210X = portOf({ path: "/dev/ttyUSB0", vendorId: "10c4", productId: "ea60" });
const CH340 = portOf({ path: "/dev/ttyUSB11", vendorId: "1a86", productId: "7523" });
const OWN = portOf({ path: "/dev/ttyACM0", vendorId: "303a", productId: "1001" });
const ARDUINO = portOf({ path: "/dev/ttyACM1", vendorId: "2341", manufacturer: "Arduino" });
const BUILT_IN = portOf({ path: "/dev/ttyAMA0" });

function choose(ports: readonly FoundPort[], chip?: Chip, terminal?: Terminal, signal?: AbortSignal) {
  const choice = { chip, terminal, signal: signal ?? new AbortController().signal };
  return choosePort(choice, Promise.resolve(ports));
}

describe("the port of a board", () => {
  it("is the only one that may have one", async () => {
    expect(await choose([BUILT_IN, CP210X, ARDUINO])).toBe(CP210X);
  });

  it.each([
    ["esp32", CP210X],
    ["esp32s3", OWN],
  ] as const)("is the one that fits an %s, if it is connected at both sockets", async (chip, port) => {
    expect(await choose([CP210X, OWN], chip)).toBe(port);
    expect(await choose([port === OWN ? CP210X : OWN], chip)).toBe(port === OWN ? CP210X : OWN); // explained later
  });

  it("is missing", async () => {
    for (const ports of [[], [BUILT_IN]])
      await expect(choose(ports)).rejects.toThrow(
        /^no board found: connect it with a cable that carries data/,
      );
  });

  it("is one of several: lists them where nobody can be asked", async () => {
    await expect(choose([CP210X, CH340])).rejects.toEqual(
      new UserError(
        [
          "there are several ports a board may be on: give one of them",
          "  --port /dev/ttyUSB0   CP210x, USB-to-serial bridge",
          "  --port /dev/ttyUSB11  CH340, USB-to-serial bridge",
        ].join("\n"),
        2,
      ),
    );
  });

  it("is of an unknown kind: is never taken without asking", async () => {
    await expect(choose([ARDUINO])).rejects.toThrow(
      "no port looks like a board's: give the right one\n  --port /dev/ttyACM1  Arduino",
    );
  });
});

describe("asked at a terminal", () => {
  function asking(ports: readonly FoundPort[]) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const stop = new AbortController();
    const answer = choose(ports, undefined, { input, output }, stop.signal);
    let screen = "";
    output.setEncoding("utf8").on("data", (text: string) => (screen += text));
    const shown = async () => {
      while (!screen.includes("On which port is the board?")) await once(output, "data");
    };
    return { answer, input, stop, shown };
  }

  it("takes the one that is picked", async () => {
    const { answer, input, shown } = asking([CP210X, CH340]);
    await shown();
    input.write("\x1b[B\r");
    expect(await answer).toBe(CH340);
  });

  it.each(["Ctrl-C", "a signal"])("ends at %s", async (how) => {
    const { answer, input, stop, shown } = asking([CP210X, CH340]);
    await shown();
    if (how === "Ctrl-C") input.write("\x03");
    else stop.abort();
    await expect(answer).rejects.toEqual(new UserError("interrupted", 130));
  });
});
