import { afterEach, expect, it } from "vitest";
import { firmwareAfterOutage, firmwareClient } from "../../scripts/bench/clients.ts";
import { measureVariables } from "../../scripts/bench/variables.ts";
import { startOnEspruino } from "../../scripts/lib/interpreter.ts";
import { VARIABLE_BUDGET } from "../../scripts/lib/budgets.ts";
import { startServerSide, type ServerSide } from "../../scripts/lib/server-side.ts";
import { shippedMultiprotocol, shippedScript } from "../lib/bundles.ts";
import { startRawServer, type RawServer } from "../lib/raw-server.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

/** In s: some minutes longer than the outbox lasts, and less than the board waits before it restarts. */
const OUTAGE = 3500;
/** Records that a full outbox holds at least. */
const FULL = 35;
const TOPIC = Buffer.from("esp32_mqtt_basic_control");
/** PUBLISH with a payload of 1024 bytes. */
const PUBLISH_OF_1_KB = Buffer.concat([
  Buffer.from([0x30, 0x80 | ((1026 + TOPIC.length) & 127), (1026 + TOPIC.length) >> 7, 0, TOPIC.length]),
  TOPIC,
  Buffer.alloc(1024, "x"),
]).toString("hex");

let server: ServerSide | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

it("esp32-devkit keeps to its budget of variables", async (context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  const board = shippedMultiprotocol("esp32-devkit");
  const side = await startServerSide(board, {}, () => {
    throw new Error("there is no virtual board");
  });
  server = side;
  const [port = 0] = Object.values(side.network);
  const client = firmwareClient(await shippedScript(board.name), port, side.time.port);

  const { flash } = await measureVariables(ESPRUINO, client);

  console.log(`variables above an empty interpreter, online from flash: ${flash}`);
  expect(flash).toBeLessThanOrEqual(VARIABLE_BUDGET.online);
});

it("and does while a command of 1 kB and a full outbox pass", async (context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  const platform = await startRawServer();
  try {
    const client = firmwareAfterOutage(await shippedScript("esp32-devkit"), platform.port, OUTAGE);
    const passed = pass(platform);
    const { peak } = await measureVariables(ESPRUINO, client, passed);

    console.log(`variables above an empty interpreter, at most, from flash: ${String(peak)}`);
    expect(peak).toBeLessThanOrEqual(VARIABLE_BUDGET.peak);
  } finally {
    await platform.close();
  }
});

it("all of which goes on with 1600 variables, as an ESP8266 has them", async (context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  const platform = await startRawServer();
  const script = await shippedScript("esp32-devkit");
  // On Linux the text of the functions is in memory, which on a chip is in its flash.
  const { memory, flash } = await measureVariables(
    ESPRUINO,
    firmwareClient(script, platform.port),
    pass(platform, 0),
  );
  const client = firmwareAfterOutage(script, platform.port, OUTAGE, 1600 + memory - flash);
  const espruino = await startOnEspruino(ESPRUINO, client.program);
  try {
    await pass(platform)();
    await espruino.next(/^Command: error: unknown command$/);
    expect(espruino.lines.filter((line) => line.includes("MEMORY"))).toEqual([]);
  } finally {
    await espruino.stop();
    await platform.close();
  }
});

/**
 * A platform that accepts the next board.
 * @param records that it acknowledges once it was called, after a command of 1 kB
 */
function pass(platform: RawServer, records = FULL): () => Promise<void> {
  const online = platform.accept().then(async (board) => {
    await board.expect("10");
    board.send("20 02 00 00");
    board.send(`90 03 ${(await board.expect("82")).slice(0, 4)} 01`);
    return board;
  });
  return async () => {
    const board = await online;
    board.send(PUBLISH_OF_1_KB);
    for (let i = 0; i < records; i++) {
      const body = await board.expect("32");
      board.send(`40 02 ${body.slice(10, 14)}`); // behind the topic, $dp
    }
  };
}
