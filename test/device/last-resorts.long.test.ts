import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { BOOTS_BEFORE_REST, REST } from "../../src/app/boots.ts";
import { createBoardAt } from "../support/board-at.ts";
import { overTls, plain } from "../support/boards.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { startRawServer, type RawServer } from "../support/raw-server.ts";

const MINUTE = 60_000;
const SHIPPED = shippedMultiprotocol("esp32-devkit");
const BOARD = { ...SHIPPED, reboot: { withoutPlatform: 1800 } };

let script: string;
let device: VirtualBoard;
let console: Console;
let reboots: number;
beforeAll(async () => {
  script = await buildScript(BOARD);
});
afterEach(() => device.stop());

function watch(): void {
  reboots = 0;
  device.on("reboot", () => reboots++);
  console = watchConsole(device);
}

describe("without a network", () => {
  beforeEach(async () => {
    device = createVirtualBoard({ script, chip: BOARD.chip });
    watch();
    await device.start();
  });

  it("restarts after its time limit without a platform, and keeps unsent data", async () => {
    await device.clock.advance(29 * MINUTE);
    expect(reboots).toBe(0);
    await console.next(/^No platform for 1800 s: rebooting$/, 2 * MINUTE);
    await console.next(/^ESP32 DevKit$/);
    expect(reboots).toBe(1);
    expect(device.storage.get("outbox")).toMatch(/^\{format:"[0-9a-f]{8}",outbox:\{/);
  });

  it("rests after five failed restarts: radio off, console free, another try after an hour", async () => {
    for (let boot = 0; boot <= BOOTS_BEFORE_REST; boot++) {
      await console.next(/^Wi-Fi: joining/, 2 * MINUTE);
      await console.next(/^No platform for 1800 s: rebooting$/, 31 * MINUTE);
    }
    await console.next(/^Safe mode: 5 restarts did not help\. Resting for an hour$/, MINUTE);
    const kept = device.storage.get("outbox");
    const timers = device.timers();
    expect(timers).toBe(1);
    await device.clock.advance(REST - MINUTE);
    expect(reboots).toBe(BOOTS_BEFORE_REST + 1);
    expect(console.lines.at(-1)).toMatch(/^Safe mode/);
    expect(device.storage.get("outbox")).toBe(kept);
    await device.clock.advance(2 * MINUTE);
    expect(reboots).toBe(BOOTS_BEFORE_REST + 2);
    await console.next(/^Wi-Fi: joining/);
  });
});

describe("with a server", () => {
  let server: RawServer;
  beforeEach(async () => {
    server = await startRawServer();
  });
  afterEach(() => server.close());

  it("reports a full flash, and continues", async () => {
    device = createBoardAt(BOARD, script, server.port);
    watch();
    device.storage.set("others", "x".repeat(224 * 4096 - 200));
    await device.start();
    const port = server.port;
    await server.close();
    expect(port).toBeGreaterThan(0);
    await console.next(/^Flash full: unsent data lost$/, 31 * MINUTE);
    await console.next(/^ESP32 DevKit$/);
    server = await startRawServer(); // for afterEach
  });

  it("restarts when TLS without memory has used up the sockets, and finally rests [chip F9]", async () => {
    const board = overTls(plain());
    device = createVirtualBoard({
      script: await buildScript(board),
      chip: board.chip,
      air: [{ ssid: board.wifi.ssid, password: board.wifi.password }],
      network: { [`${board.onenet.server}:${board.onenet.port}`]: server.port },
      fitsTls: false,
    });
    watch();
    await device.start();
    for (let boot = 0; boot <= BOOTS_BEFORE_REST; boot++) {
      const before = console.lines.length;
      await console.next(/^No socket left after TLS failed: rebooting$/, 40 * MINUTE);
      const failed = console.lines.slice(before).filter((line) => line.includes("Not enough memory"));
      expect(failed.length).toBeGreaterThanOrEqual(8);
    }
    await console.next(/^Safe mode: 5 restarts did not help/, MINUTE);
    await device.clock.advance(30 * MINUTE);
    expect(reboots).toBe(BOOTS_BEFORE_REST + 1);
  });

  it("runs the watchdog, which does not fire while the idle loop runs", async () => {
    expect(script).toMatch(/\.enableWatchdog\(\w+,!0\)/);
    device = createVirtualBoard({ script, chip: BOARD.chip });
    watch();
    await device.start();
    await device.clock.advance(9 * MINUTE); // longer than the watchdog's time
    expect(reboots).toBe(0);
  });
});

describe("each kind of failure has its own message", () => {
  it("a name that does not resolve", async () => {
    device = createVirtualBoard({
      script,
      chip: BOARD.chip,
      air: [{ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password }],
    });
    watch();
    await device.start();
    await console.next(/^OneNET: no connection: Unable to locate host.*; next try in \d+ s$/);
  });
});
