import { expect, it } from "vitest";
import { FACTS } from "./facts.ts";
import { bench, closedPort, HOME, serve } from "./lib.ts";

it.each(FACTS)("$name", async ({ script, lines }) => {
  const echo = await serve((socket) => socket.pipe(socket));
  const prelude = `var ECHO = ${echo}, CLOSED = ${await closedPort()};
    function online(f) { require("Wifi").connect("home", {}, f); }`;
  const run = await bench(`${prelude}\n${script}`, { air: HOME });
  await expect.poll(() => run.lines.length, { interval: 5 }).toBeGreaterThanOrEqual(lines.length);
  expect(run.lines).toEqual(lines);
});
