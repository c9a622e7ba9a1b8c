/** The page of a board that is set up by phone, on a real Espruino: its sockets and its text are the interpreter's. */

import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFromFlash, type Running } from "../../scripts/bench/interpreter.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { form, get, post } from "../support/phone.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const BOARD = plain({ name: "by-phone", title: "温室 <1>", setup: { button: 0, password: "" } });
/** In place of 80 and 53, which only root may have. */
const HTTP = 28_080;
const DNS = 28_053;
/** A radio that finds three networks, two of them of one name, and joins none; and a button that is held. */
const STAND_INS = `
  Modules.addCached("Wifi", function () {
    var lost;
    exports.on = function (e, f) { if (e == "disconnected") lost = f; };
    exports.save = exports.stopAP = exports.disconnect = function () {};
    exports.startAP = function (name, o) { print("startAP " + name + " " + o.password); };
    exports.connect = function () { setTimeout(function () { lost({ reason: "201", msg: "NO_AP_FOUND" }); }, 100); };
    exports.scan = function (f) { setTimeout(function () {
      f([{ ssid: "home", authMode: "wpa2" }, { ssid: "", authMode: "open" }, { ssid: "home", authMode: "wpa2" }, { ssid: "\\xd6\\xd0", authMode: "open" }]);
      print("scanned");
    }, 100); };
  });
  global.getSerial = function () { return "240ac400-4c1f"; };
  global.digitalRead = function () { return 1; };`;

/** Sends a request, and reads until the board closes. */
function send(request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: HTTP, host: "127.0.0.1" });
    let text = "";
    socket.on("data", (bytes) => (text += bytes.toString("latin1")));
    socket.on("error", () => undefined).on("close", () => resolve(text));
    socket.write(request);
  });
}

describe.skipIf(ESPRUINO === undefined)(ESPRUINO ? "on a real Espruino" : WITHOUT, () => {
  let running: Running;
  beforeEach(async () => {
    const script = (await buildScript(BOARD)).replace("listen(80)", `listen(${HTTP})`);
    running = await startFromFlash(ESPRUINO ?? "", {
      ".boot0": STAND_INS,
      ".bootcde": script.replace("bind(53)", `bind(${DNS})`),
    });
  });
  afterEach(() => running.stop());

  it("the page lists networks, refuses what is not its own, and tries what is", async () => {
    await running.next(/startAP setup-4c1f 240ac4004c1f/);
    await running.next(/scanned/);
    expect((await send(get("/"))).endsWith("</script>")).toBe(true);
    expect((await send(get("/state"))).split("\r\n\r\n")[1]).toBe("0\n\n686f6d65*\nd6d0");
    for (const [status, request] of [
      [403, post("61,,,,", "Accept: */*")],
      [403, post("61,,,,", "Origin: http://evil.example")],
      [400, post(",".repeat(2000))],
      [400, form("a", "1234567", "", "", "")],
      [413, "x".repeat(4000)],
      [302, get("/generate_204")],
      [200, form("nowhere", "12345678", "", "", "")],
    ] as const)
      expect((await send(request)).slice(9, 12)).toBe(String(status));
    await running.next(/Setup: trying nowhere/);
    await running.next(/Setup: undone/);
    expect((await send(get("/state"))).split("\r\n\r\n")[1]).toMatch(/^2\ndisconnected, NO_AP_FOUND\n/);
  });
});
