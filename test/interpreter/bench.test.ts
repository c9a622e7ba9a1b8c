import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { runBench, type BenchOptions } from "../../scripts/bench/index.ts";
import { PARTS } from "../../scripts/bench/rows.ts";
import { shippedMultiprotocol } from "../support/bundles.ts";
import { bytes } from "../support/bytes.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

let folder = "";
afterEach(async () => {
  if (folder) await rm(folder, { recursive: true });
  folder = "";
});

it("every interpreter row has figures", { timeout: 120_000 }, async (context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  folder = await mkdtemp(join(tmpdir(), "peers-"));
  await writeFile(join(folder, "tinyMQTT.js"), peer("later"));
  await writeFile(join(folder, "MQTT.js"), peer("now"));
  const options: BenchOptions = {
    parts: PARTS.filter((part) => part !== "node"),
    rounds: 1,
    espruino: ESPRUINO,
    peers: folder,
    signal: new AbortController().signal,
    show: () => undefined,
  };

  const rows = await runBench(options);
  expect(rows.map(({ part }) => part)).toEqual([
    ...Array<string>(7).fill("speed"),
    ...Array<string>(4).fill("boot"),
    ...Array<string>(5).fill("variables"),
  ]);
  for (const { what, side, against, ratio } of rows) {
    const isAlone = what.startsWith("peak");
    expect(against === undefined).toBe(isAlone);
    for (const figure of isAlone ? [side.value] : [side.value, against?.value, ratio?.median]) {
      expect(figure, what).toBeGreaterThan(0);
      expect(figure, what).toBeLessThan(1e9);
    }
  }

  const alone = await runBench({ ...options, parts: ["boot"], peers: undefined });
  expect(alone.map(({ what, against }) => [what, against])).toEqual([
    ["reading the program", undefined],
    ["from network to online", undefined],
  ]);
});

/** A minimal client in place of a module: connects, publishes, reports messages. */
function peer(connects: "now" | "later"): string {
  const { device, product, authInfo } = shippedMultiprotocol("esp32-devkit").onenet;
  const sized = (text: string) => String.fromCharCode(0, text.length) + text;
  const body = bytes("00 04 'MQTT' 04 c2 00 78") + [device, product, authInfo].map(sized).join("");
  const connect = `\x10${String.fromCharCode(body.length)}${body}`;
  return `exports.create = function(server) {
    var client = {}, socket, timer;
    function open() {
      if (timer) clearInterval(timer);
      socket = require("net").connect({ host: server, port: 1883 }, function() {
        socket.write(${JSON.stringify(connect)});
      });
      socket.on("data", function(data) {
        if (data.charCodeAt(0) === 32) client.emit("connected");
        else client.emit("message", data.substr(2));
      });
    }
    client.connect = function() { ${connects === "now" ? "open();" : "timer = setInterval(open, 1);"} };
    client.publish = function(topic, payload) { socket.write(topic + payload); };
    return client;
  };`;
}
