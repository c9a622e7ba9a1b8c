import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { startServerSide, type ServerSide } from "../../scripts/stage/server-side.ts";
import { startOnEspruino, type Running } from "../../scripts/bench/interpreter.ts";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { plain, RGB, studio, suite } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

let server: ServerSide | undefined;
let espruino: Running | undefined;
afterEach(async () => {
  await espruino?.stop();
  await server?.close();
  espruino = server = undefined;
});

describe("the bundle of each generation on a real Espruino, with its local server", () => {
  const boards: [name: string, board: Board][] = [
    ["suite", suite({ led: RGB })],
    ["studio", studio({ led: RGB })],
    ["plain", plain({ led: RGB })],
  ];
  it.for(boards)("%s: logs in, reports, and obeys", async ([, board], context) => {
    if (!ESPRUINO) return context.skip(WITHOUT);
    server = await startServerSide(board, {}, () => {
      throw new Error("there is no virtual board");
    });
    const { events, network } = server;
    const ready = new Promise<void>((resolve) => events.once("ready", resolve));
    const reported = new Promise<string>((resolve) => events.once("datapoint", resolve));
    const [port = 0] = Object.values(network);
    espruino = await startOnEspruino(ESPRUINO, standIns(port, server.time.port) + (await buildScript(board)));
    await espruino.next(/^PIXELS 17 0 0 0$/);
    await ready;
    expect(await reported).toBe(board.streams[0]?.id);
    if (server.onenet && board.onenet.generation === "studio") {
      expect(await server.onenet.setProperty("lamp", { colour: "#0000ff" })).toMatchObject({ code: 200 });
      expect(await server.onenet.getProperty("lamp", ["led", "colour"])).toMatchObject({
        data: { led: true, colour: "#0000ff" },
      });
      expect(await server.onenet.invoke("lamp", "toggle")).toMatchObject({ data: { answer: "off" } });
    } else {
      expect(await server.command("#0000ff", 5000)).toBe("#0000ff");
    }
    await espruino.next(/^PIXELS 17 0 0 255$/);
    expect(server.violation()).toBeUndefined();
    expect(espruino.lines.join("\n")).not.toMatch(/Uncaught|next try|rejected|refused/);
  });
});
