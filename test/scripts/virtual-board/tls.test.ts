import type { TLSSocket } from "node:tls";
import { expect, it } from "vitest";
import { serveTls } from "./fact-servers.ts";
import { bench, HOME, online, output, serve } from "./lib.ts";

function connect(port: number, then = ""): string {
  return online(`
    var s = require("tls").connect({host: "mqttstls.example", port: ${port}}, function () { print("connected"); ${then} });
    s.on("data", function (d) { print("data " + d.length); });
    s.on("error", function (e) { print("error " + e.code); });
    s.on("close", function (e) { print("close " + e); print("done"); });`);
}

it("encrypts, without a server name or certificate check [chip F11]", async () => {
  let peer: TLSSocket | undefined;
  const port = await serveTls((socket) => (peer = socket.resume()));
  const { board, seen } = await bench(connect(port, `s.write("secret");`), {
    air: HOME,
    network: () => port,
  });
  const sent = new Promise((resolve) => board.once("traffic", resolve));
  await seen("connected");
  await sent;
  expect(peer?.getProtocol()).toBe("TLSv1.2");
  expect((peer as { servername?: unknown } | undefined)?.servername).toBe(false);
});

it("receives data in pieces of at most 536 bytes", async () => {
  const port = await serveTls((socket) => socket.end(Buffer.alloc(3000)));
  const lines = await output(connect(port), { air: HOME, network: () => port });
  const sizes = lines.filter((line) => line.startsWith("data")).map((line) => Number(line.slice(5)));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3000);
  expect(Math.max(...sizes)).toBe(536);
});

it("reports a server that only speaks a newer TLS", async () => {
  const port = await serveTls(() => undefined, { minVersion: "TLSv1.3" });
  const { seen } = await bench(connect(port), { air: HOME, network: () => port });
  expect(await seen("close")).toBe("close false");
  expect(await seen("Uncaught")).toBe("Uncaught InternalError: mbedtls_ssl_handshake returned -0x7780");
});

it("connects and then waits if a server never answers the handshake", async () => {
  const port = await serve(() => undefined);
  const { board, lines, seen } = await bench(connect(port, `s.write("x");`), {
    air: HOME,
    network: () => port,
  });
  await seen("connected");
  await board.clock.advance(60_000);
  expect(lines).toEqual(["connected"]);
});

it("closes so that the server notices", async () => {
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const port = await serveTls((socket) => socket.on("end", ended).resume());
  await bench(connect(port, `s.write("x"); s.end();`), { air: HOME, network: () => port });
  await end;
});
