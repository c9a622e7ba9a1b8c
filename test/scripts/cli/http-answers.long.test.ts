import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createHttpServer, authorizeRoutes } from "../../../scripts/cli/http-server.ts";

/** More than the buffers of a connection hold. */
const LONG = "x".repeat(20 * 1024 * 1024);

interface Server {
  readonly port: number;
  /** Requests that reached a handler. */
  readonly calls: () => number;
}

async function start(connections: number): Promise<Server> {
  const app = createHttpServer({
    bodyLimit: 100,
    connections,
    requestTimeout: 1000,
    badAddress: (_error, reply) => void reply.code(400).send(),
  });
  let calls = 0;
  authorizeRoutes(app, { known: () => undefined }, "known");
  app.get("/long", { config: { who: "known" } }, () => {
    calls++;
    return LONG;
  });
  app.get("/short", { config: { who: "known" } }, () => {
    calls++;
    return "short";
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => app.close());
  return { port: (app.server.address() as AddressInfo).port, calls: () => calls };
}

async function request({ port }: Server, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
const getOnce = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;

/** Asks for a long answer and never reads it; resolves once the answer has begun. */
async function askAndNotRead(server: Server): Promise<Socket> {
  const before = server.calls();
  const socket = await request(server, getOnce("/long"));
  await expect.poll(server.calls).toBe(before + 1);
  await once(socket, "readable");
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
  await once(socket, "close");
  return text;
}

it("keeps at most 64 MiB of answers for clients that do not read: the oldest are cut off", async () => {
  const server = await start(100);
  const sockets: Socket[] = [];
  for (let index = 0; index < 4; index++) sockets.push(await askAndNotRead(server));
  const lengths = await Promise.all(sockets.map(async (socket) => (await readAll(socket)).length));
  expect(lengths.map((length) => length > LONG.length)).toEqual([false, true, true, true]);
});

it("gives the place of a client that does not read to a new one", async () => {
  const server = await start(2);
  await askAndNotRead(server);
  await askAndNotRead(server);
  const socket = await request(server, getOnce("/short"));
  expect(await readAll(socket)).toMatch(/short$/);
});

it("answers ten requests of a connection at a time, and ends one that sends more", async () => {
  const server = await start(10);
  const socket = await request(server, get("/short").repeat(100));
  await readAll(socket);
  expect(server.calls()).toBe(10);
  const other = await request(server, get("/short").repeat(9) + getOnce("/short"));
  expect((await readAll(other)).match(/short/g)).toHaveLength(10);
  expect(server.calls()).toBe(20);
});
