/** Ports that cannot take a script, and the message of each. */

import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { OLDEST } from "../../../scripts/flash/index.ts";
import { withoutToken } from "../../../scripts/flash/port.ts";
import { serveConsole } from "../../../scripts/virtual-board/console-server.ts";
import { atEnd, emptyBoard, endAfterEach, run } from "../../support/empty-board.ts";

endAfterEach();

/** A TCP server in place of a board's console. @returns its address */
async function impostor(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a port", () => {
  it("on which nothing listens", async () => {
    const port = await impostor(() => undefined);
    await atEnd.pop()?.();
    await expect(run(port)).rejects.toThrow(`nothing listens on ${port}`);
  });

  it("with an invalid address", async () => {
    await expect(run("tcp://")).rejects.toThrow("tcp:// is not a valid address: use tcp://host:port");
    await expect(run("tcp://board:123456")).rejects.toThrow(/is not a valid address/);
    await expect(run("tcp://:%E0@board:1")).rejects.toThrow(/^tcp:\/\/board:1 is not a valid address/);
  });

  it("shows no token, however its scheme is written", () => {
    for (const scheme of ["tcp", "TCP"])
      expect(withoutToken(`${scheme}://:secret@board:1`)).toBe(`${scheme}://board:1`);
  });

  it("in use by another program", async () => {
    const { port } = await emptyBoard();
    const { hostname, port: number, password } = new URL(port);
    const other = connect(Number(number), hostname);
    atEnd.push(() => other.destroy());
    other.write(`${password}\n1\n`);
    await new Promise((resolve) => other.once("data", resolve));
    await expect(run(port)).rejects.toThrow(
      `${withoutToken(port)} closed at once: close the program that is using it`,
    );
  });

  it("on a C3's bridge, which receives no input [chip F37]", async () => {
    const port = await impostor((socket) => socket.write("ESP-ROM:esp32c3-api1-20210207\r\n>"));
    await expect(run(port, { chip: "esp32c3", patience: 300 })).rejects.toThrow(
      /prints output but receives no input[^]*ESP32-C3 takes console input only from the chip's own USB[^]*GPIO18/,
    );
  });

  it("with a password-protected console: unlocks it if the board file has the password", async () => {
    const { port, stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "E.setPassword('sesame');E.lockConsole();");
    await stage.device.stop();
    await stage.device.start();
    // Retries while the console is still in use.
    const outcome = (options: object) => expect.poll(() => run(port, options).catch(String));
    const passwordFrom = "boards/x.json";
    await outcome({ passwordFrom }).toMatch(/boards\/x\.json has none/);
    await outcome({ password: "tree", passwordFrom }).toMatch(
      /a different password: console\.password in boards\/x\.json/,
    );
    await outcome({ password: "sesame" }).toContain("OneNET: online");
  });

  it("that is silent", async () => {
    const port = await impostor(() => undefined);
    await expect(run(port, { patience: 300 })).rejects.toThrow(
      new RegExp(`^no response on ${port}:[^]*npm run ports[^]*EN or RST[^]*docs/flashing.md`),
    );
  });

  it("with another firmware", async () => {
    const port = await impostor((socket) =>
      socket.on("data", (bytes) => socket.write(`${String(bytes)}\r\nSyntaxError: invalid syntax\r\n>>> `)),
    );
    await expect(run(port, { patience: 300 })).rejects.toThrow(
      /it is not Espruino, .*; it sent: SyntaxError: invalid syntax\n.*docs\/flashing\.md/,
    );
  });

  it("with a board waiting for firmware", async () => {
    const port = await impostor((socket) =>
      socket.write("rst:0x1,boot:0x3 (DOWNLOAD_BOOT)\r\nwaiting for download\r\n"),
    );
    await expect(run(port, { patience: 300 })).rejects.toThrow(/waiting for firmware: release BOOT/);
  });

  it("with an Espruino that is too old", async () => {
    const port = await claims({ VERSION: "2v08", BOARD: "ESP32" });
    await expect(run(port)).rejects.toThrow(`Espruino 2v08 is too old: the script needs ${OLDEST}`);
  });

  it("with another chip", async () => {
    const port = await claims({ VERSION: "2v29", BOARD: "ESP32C3_IDF4" });
    await expect(run(port)).rejects.toThrow(
      'this board is ESP32C3_IDF4, the script is for esp32: write "chip": "esp32c3"',
    );
  });

  it("that closes during the upload", async () => {
    const { stage } = await emptyBoard();
    const server = await serveConsole({
      ...stage.device,
      type(bytes) {
        if (bytes.includes("Storage")) void server.close();
        else stage.device.type(bytes);
      },
    });
    await expect(run(server.address)).rejects.toThrow("the port closed during the upload");
  });

  /** An impostor with this `process.env`. */
  function claims(env: object): Promise<string> {
    return impostor((socket) =>
      socket.on("data", (bytes) => {
        if (String(bytes).includes("process.env")) socket.write(`\x021:${JSON.stringify(env)}\x03\r\n>`);
      }),
    );
  }
});
