import { afterEach, expect, it } from "vitest";
import { firmwareClient } from "../../scripts/bench/clients.ts";
import { measureVariables } from "../../scripts/bench/variables.ts";
import { VARIABLE_BUDGET } from "../../scripts/lib/budgets.ts";
import { startServerSide, type ServerSide } from "../../scripts/lib/server-side.ts";
import { shippedMultiprotocol, shippedScript } from "../lib/bundles.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

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
  const client = firmwareClient(await shippedScript(board.name), port);

  const { flash, peak } = await measureVariables(ESPRUINO, client, () =>
    side.command("x".repeat(1024), 10_000),
  );

  console.log(`variables above an empty interpreter, from flash: ${flash} online, ${String(peak)} at most`);
  expect(flash).toBeLessThanOrEqual(VARIABLE_BUDGET.online);
  expect(peak).toBeLessThanOrEqual(VARIABLE_BUDGET.peak);
});
