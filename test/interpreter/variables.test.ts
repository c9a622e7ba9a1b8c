import { afterEach, expect, it } from "vitest";
import { VARIABLE_BUDGET } from "../../scripts/lib/budgets.ts";
import { startServerSide, type ServerSide } from "../../scripts/lib/server-side.ts";
import { shippedMultiprotocol, shippedScript } from "../lib/bundles.ts";
import { ESPRUINO, startOnEspruino, WITHOUT, type Running } from "./espruino.ts";
import { standIns } from "./stand-ins.ts";

let server: ServerSide | undefined;
let espruino: Running | undefined;
afterEach(async () => {
  await espruino?.stop();
  await server?.close();
  espruino = server = undefined;
});

it("esp32-devkit keeps to its budget of variables", async (context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  const board = shippedMultiprotocol("esp32-devkit");

  espruino = await startOnEspruino(ESPRUINO, PROBE + standIns(1) + "setTimeout(dump, 100);");
  const empty = await fromFlash(espruino);
  await espruino.stop();

  server = await startServerSide(board, {}, () => {
    throw new Error("there is no virtual board");
  });
  const [port = 0] = Object.values(server.network);
  espruino = await startOnEspruino(ESPRUINO, PROBE + standIns(port) + (await shippedScript(board.name)));
  const online = await fromFlash(espruino);
  await server.command("x".repeat(1024), 10_000);
  const [, peak] = /^PEAK (\d+)$/.exec(await espruino.next(/^PEAK /)) ?? [];

  const above = { online: online.usage - empty.usage, peak: Number(peak) - online.code - empty.usage };
  console.log(`variables above an empty interpreter, from flash: ${JSON.stringify(above)}`);
  expect(above.online).toBeLessThanOrEqual(VARIABLE_BUDGET.online);
  expect(above.peak).toBeLessThanOrEqual(VARIABLE_BUDGET.peak);
});

/**
 * Dumps all variables a second after the board came online, and tells the most that were in use at any line of the
 * console once a command was obeyed.
 */
const PROBE = `
var peak = 0;
function dump() { console.log("USAGE " + process.memory().usage); E.dumpVariables(); console.log("END"); peak = 0; }
global.print = function(line) {
  console.log(line);
  var usage = process.memory().usage;
  if (usage > peak) peak = usage;
  if (line == "OneNET: online") setTimeout(dump, 1000);
  if (line.startsWith("Command")) setTimeout(function() { console.log("PEAK " + peak); }, 1000);
};
`;

/**
 * Reads a dump. On Linux the interpreter copies the text of each function, while a chip that runs from flash has one
 * variable that points there.
 * @returns `usage` as it would be from flash, and `code`, the variables that the copies take
 */
async function fromFlash(running: Running): Promise<{ usage: number; code: number }> {
  const usage = Number((await running.next(/^USAGE /)).slice("USAGE ".length));
  const first = running.lines.indexOf("ref,size,flags,name,links...");
  await running.next(/^END$/);
  const sizes = new Map<string, number>();
  const texts: string[] = [];
  for (const line of running.lines.slice(first)) {
    const [, ref, size, name, links] = /^(\d+),(\d+),\d+,(.*?),([\d,]*)$/.exec(line) ?? [];
    if (ref === undefined) continue;
    sizes.set(ref, Number(size));
    if (name === String.raw`"\xFFcod"`) texts.push((links ?? "").split(",")[0] ?? "");
  }
  const code = texts.reduce((sum, ref) => sum + (sizes.get(ref) ?? 1) - 1, 0);
  return { usage: usage - code, code };
}
