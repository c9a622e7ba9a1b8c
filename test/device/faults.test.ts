import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/lib/stage.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { createBoardAt } from "../lib/board-at.ts";
import { shippedMultiprotocol, shippedScript } from "../lib/bundles.ts";
import { watchConsole, type Console } from "../lib/console.ts";
import { startRawServer, type RawConnection, type RawServer } from "../lib/raw-server.ts";

const BOARD = shippedMultiprotocol("esp32-devkit");
const SCRIPT = await shippedScript(BOARD.name);
const MINUTE = 60_000;

describe("against the local OneNET", () => {
  let stage: Stage;
  let console: Console;
  afterEach(() => stage.close());

  async function start(changes = {}): Promise<void> {
    stage = await setStage(BOARD, SCRIPT, changes);
    console = watchConsole(stage.device);
    await stage.device.start();
  }

  it("a refused log-in is named, with what to check, and tried again", async () => {
    await start({ authInfo: "another" });
    await console.next(
      /^OneNET: log-in refused, code 4: check product, device and authInfo in the board file; next/,
    );
    await console.next(/^OneNET: connecting/, MINUTE);
    await console.next(/^OneNET: log-in refused, code 4/);
  });

  it("Wi-Fi that stays down is joined again, and the platform found again", async () => {
    await start();
    await console.next(/^OneNET: online/);
    stage.device.air.remove(BOARD.wifi.ssid);
    await console.next(/^Wi-Fi: disconnected, .*; next try in \d+ s$/, MINUTE);
    await console.next(/^Wi-Fi: disconnected/, MINUTE);
    stage.device.air.add({ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password });
    await console.next(/^Wi-Fi: connected/, 3 * MINUTE);
    await console.next(/^OneNET: online/);
    const { response } = await stage.platform.sendCommand(BOARD.onenet.device, "on", 5000);
    expect(response?.toString()).toBe("on");
  });

  it("a wrong Wi-Fi password is told and tried again, with no log-in in between", async () => {
    stage = await setStage(BOARD, SCRIPT);
    stage.device.air.remove(BOARD.wifi.ssid);
    stage.device.air.add({ ssid: BOARD.wifi.ssid, password: "not-the-one" });
    console = watchConsole(stage.device);
    await stage.device.start();
    await console.next(/^Wi-Fi: disconnected/, MINUTE);
    await console.next(/^Wi-Fi: joining/, MINUTE);
    await console.next(/^Wi-Fi: disconnected/, MINUTE);
    expect(console.lines.join("\n")).not.toMatch(/OneNET: connecting/);
  });

  it("no line on the console holds the Wi-Fi password or the auth info", async () => {
    await start({ authInfo: "another" });
    await console.next(/log-in refused/);
    expect(console.lines.join("\n")).not.toContain(BOARD.onenet.authInfo);
    expect(console.lines.join("\n")).not.toContain(BOARD.wifi.password);
  });

  it("what was on its way when the link went arrives after it is back, at least once and in order", async () => {
    await start();
    await console.next(/^OneNET: online/);
    const { device, platform } = stage;
    await expect.poll(() => platform.datapoints(BOARD.onenet.device, "switch").length).toBe(1);
    await platform.sendCommand(BOARD.onenet.device, "on", 5000);
    device.air.drop();
    await console.next(/^OneNET: online/, MINUTE);
    await platform.sendCommand(BOARD.onenet.device, "off", 5000);
    await expect
      .poll(() => [...new Set(platform.datapoints(BOARD.onenet.device, "switch").map(({ value }) => value))])
      .toEqual([0, 1, 2]);
  });
});

describe("against a server that misbehaves", () => {
  let server: RawServer;
  let device: VirtualBoard;
  let console: Console;

  beforeEach(async () => {
    server = await startRawServer();
    device = createBoardAt(BOARD, SCRIPT, server.port);
    console = watchConsole(device);
    await device.start();
  });
  afterEach(async () => {
    await device.stop();
    await server.close();
  });

  const ACCEPTED = "20 02 00 00";

  /** Answers the log-in and the subscription, as granted. */
  async function welcome(): Promise<RawConnection> {
    const connection = await server.accept();
    await connection.expect("10");
    connection.send(ACCEPTED);
    const id = (await connection.expect("82")).slice(0, 4);
    connection.send(`90 03 ${id} 01`);
    return connection;
  }

  /** Acknowledges the next data point, published to $dp at QoS 1. */
  async function acknowledge(connection: RawConnection): Promise<void> {
    const [, id] = /^0003246470(....)/.exec(await connection.expect("32")) ?? [];
    connection.send(`40 02 ${String(id)}`);
  }

  it("an acknowledgement in between starts the count anew", async () => {
    let reboots = 0;
    device.on("reboot", () => reboots++);
    for (let i = 0; i < 3; i++) {
      const connection = await welcome();
      if (i === 1) {
        await acknowledge(connection);
        connection.send("30 05 00 01 74 6f 6e"); // "on" on topic t, which changes what is reported
        await connection.expect("32");
      }
      await console.next(/^OneNET: a publish was not acknowledged; next try/, MINUTE);
      await console.next(/^OneNET: connecting/, MINUTE);
    }
    expect(reboots).toBe(0);
  });

  it("a flood of commands is obeyed to the last one", async () => {
    const connection = await welcome();
    const on = "30 06 00 01 74 6f 66 66";
    connection.send(`${on} `.repeat(300) + "30 05 00 01 74 6f 6e");
    await console.next(/^Command: on/);
    expect(device.pin(2).value).toBe(1);
    expect(console.lines.filter((line) => line === "Command: off")).toHaveLength(300);
  });
});
