/** A broker may send anything the standard allows: no board disconnects, restarts or writes its flash because of it. */

import { afterEach, describe, expect, it } from "vitest";
import { createRandom } from "../../scripts/stage/faults/plan.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";
import { plainAt, QUALITIES } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { WatchedFlash } from "../support/watched-flash.ts";
import { sendLegalPackets } from "../support/legal-packets.ts";

let device: VirtualBoard;
let platform: AnsweringPlatform;
afterEach(async () => {
  await device.stop();
  await platform.close();
});

describe.each(QUALITIES)("a plain board at QoS %i, clean session %s", (qos, cleanSession) => {
  it("accepts 1000 legal packets of 0 to 100 000 bytes, and obeys", async () => {
    const board = plainAt(qos, cleanSession);
    const { chip, wifi, onenet } = board;
    platform = await startAnsweringPlatform();
    const storage = new WatchedFlash();
    device = createVirtualBoard({
      script: await buildScript(board),
      chip,
      storage,
      air: [{ ssid: wifi.ssid, password: wifi.password }],
      network: { [`${onenet.server}:${onenet.port}`]: platform.port },
    });
    const console = watchConsole(device);
    let reboots = 0;
    device.on("reboot", () => reboots++);
    await device.start();
    await platform.until(() => platform.topics.includes(`${onenet.topic}/status`));
    storage.writes = 0;
    await sendLegalPackets(platform, onenet, 1000, createRandom(1));
    expect(console.lines.filter((line) => /next try|Uncaught|not sent|rebooting/.test(line))).toEqual([]);
    expect([platform.logIns(), reboots, storage.writes]).toEqual([1, 0, 0]);
  });
});
