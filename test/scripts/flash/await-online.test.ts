/** A board's output until it is online. */

import { describe, expect, it } from "vitest";
import { awaitOnline } from "../../../scripts/flash/await-online.ts";
import { linkTo } from "../../../scripts/flash/board-link.ts";
import { fakePort } from "../../support/fake-port.ts";

/** @returns whether the board counts as online after these bytes */
async function isOnline(...pieces: string[]): Promise<boolean> {
  const port = fakePort(() => undefined);
  const stop = new AbortController();
  const online = awaitOnline(linkTo(port), {
    patience: 60_000,
    signal: stop.signal,
    onLine: () => undefined,
    reopen: () => Promise.reject(new Error("no port")),
  });
  for (const piece of pieces) port.print(piece);
  setImmediate(() => stop.abort(new Error("not online")));
  return online.then(
    () => true,
    () => false,
  );
}

describe("a board is online", () => {
  it.each([
    ["by its own line", ["OneNET: connecting to x:1\r\n", "OneNET: online\r\n"]],
    ["with the drivers' log within it", ["OneNET: onI (5123) wifi:state…\r\n", "line\r\n>"]],
    ["on a locked console", ["password>\r\x1b[JOneNET: online\r\npassword>"]],
  ])("%s", async (_how, pieces) => {
    expect(await isOnline(...pieces)).toBe(true);
  });

  it.each([
    ["a line that goes on", "OneNET: not registered: x\r\nOneNET: online; again in 5 s\r\n"],
    ["a line that begins otherwise", "Command: OneNET: online\r\n"],
    ["the end of a line that is too long", `${"x".repeat(4096)}OneNET: online\r\n`],
    ["a carriage return before it", "Command: x\rOneNET: online\r\n"],
    ["half a line", "OneNET: online"],
  ])("not by %s", async (_how, bytes) => {
    expect(await isOnline(bytes)).toBe(false);
  });
});
