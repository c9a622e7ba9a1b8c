import { expect, it } from "vitest";
import { FACTS } from "./facts.ts";
import { startFactServers } from "./fact-servers.ts";
import { bench, HOME } from "./lib.ts";

it.each(FACTS)("$name", async ({ script, lines }) => {
  const prelude = `${await startFactServers()}
    function online(f) { require("Wifi").connect("home", {}, f); }`;
  const run = await bench(`${prelude}\n${script}`, { air: HOME });
  await expect.poll(() => run.lines.length, { interval: 5 }).toBeGreaterThanOrEqual(lines.length);
  expect(run.lines).toEqual(lines);
});
