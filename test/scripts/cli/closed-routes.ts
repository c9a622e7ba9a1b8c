/** Calls every route of every HTTP server in many spellings, without password, key or token: nothing must be open. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import { startWebConsole, type Actions } from "../../../scripts/web-console/index.ts";
import { watchRealBoards } from "../../../scripts/web-console/platform-console.ts";
import { dpFrame, HEATER, LAMP, logIn, publishPacket, settle, startPlatform } from "../local-onenet/wire.ts";

/** A data point and a line that strangers must not read. */
const TREASURE = "treasure";
/** A route that someone added without declaring its callers. */
const NEW = "/new";

interface Route {
  readonly method: string;
  readonly path: string;
}

interface Server {
  readonly port: number;
  readonly routes: readonly Route[];
  /** Actions that need a password. */
  readonly done: readonly string[];
  close(): Promise<void>;
}

/** Routes of the servers created since the test began. */
let routes: Route[] = [];
const INITIALISED = "fastify.initialization";

function follow(message: unknown): void {
  const { fastify: app } = message as { fastify: FastifyInstance };
  app.addHook("onRoute", ({ method, path }) => {
    for (const each of [method].flat()) routes.push({ method: each, path });
  });
  app.get(NEW, () => TREASURE);
}

let server: Server;
beforeEach(() => {
  routes = [];
  subscribe(INITIALISED, follow);
});
afterEach(async () => {
  unsubscribe(INITIALISED, follow);
  await server.close();
});

/** The console of `npm start`, with every action of a page. */
async function stageConsole(password?: string): Promise<Server> {
  const done: string[] = [];
  const actions: Actions = {
    command: (_board, text) => Promise.resolve(void done.push(text)).then(() => TREASURE),
    faults: { wifi: () => void done.push("wifi") },
    turn: () => void done.push("turn"),
  };
  const feed = createFeed();
  feed.line("board", "board", TREASURE);
  const site = { title: TREASURE, address: "" };
  const options = { host: "127.0.0.1", port: 0, feed, site, actions };
  const console = await startWebConsole({ ...options, ...(password ? { password } : {}) });
  return { port: console.port, routes, done, close: () => console.close() };
}

/** The console of `npm run platform`. */
async function platformConsole(): Promise<Server> {
  const platform = await startPlatform();
  routes = []; // the platform's own are tested below
  const feed = createFeed();
  const done: string[] = [];
  platform.on("command", ({ payload }) => done.push(payload.toString()));
  const actions = watchRealBoards(feed, platform);
  const wire = await logIn(platform);
  wire.send(publishPacket("$dp", dpFrame(3, `{"a":"${TREASURE}"}`)));
  await settle(wire);
  const site = { title: TREASURE, address: "" };
  const console = await startWebConsole({
    host: "127.0.0.1",
    port: 0,
    feed,
    site,
    actions,
    password: "sesame",
  });
  const close = async () => {
    wire.socket.destroy();
    await console.close();
    await platform.close();
  };
  return { port: console.port, routes, done, close };
}

async function httpApi(): Promise<Server> {
  const platform = await startPlatform();
  const done: string[] = [];
  for (const event of ["command", "request", "registered"] as const)
    platform.on(event, () => done.push(event));
  const wire = await logIn(platform);
  wire.send(publishPacket("$dp", dpFrame(3, `{"a":"${TREASURE}"}`)));
  await settle(wire);
  const { uuid } = await platform.sendCommand(LAMP.device, "on");
  done.length = 0;
  // Parameters name things that exist.
  const closed = routes.filter(({ path }) => path !== OPEN);
  const own = closed.map(({ method, path }) => ({
    method,
    path: `${path.replace(":uuid", uuid).replace(":id", LAMP.device)}?${QUERY}`,
  }));
  const close = async () => {
    wire.socket.destroy();
    await platform.close();
  };
  return { port: platform.httpPort, routes: own, done, close };
}

const QUERY = new URLSearchParams({
  device_id: LAMP.device,
  product_id: HEATER.product,
  device_name: HEATER.device,
  topic: "t",
  type: "3",
}).toString();

/** Fields for all calls. */
const BODY = JSON.stringify({
  ...{ board: `device ${LAMP.device}`, text: "toggle", fault: "wifi", input: "x", value: 1 },
  ...{
    password: "guess",
    sn: "1",
    product_id: HEATER.product,
    device_name: HEATER.device,
    params: { led: true },
  },
});

/** Spellings of a path that might fool a router or a check. */
function spellings(path: string, port: number): string[] {
  const [name = "", query] = path.split("?");
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  const letters = (text: string) => text.replace(/[a-z]/g, hex);
  const first = name.replace(/[a-z]/, hex);
  const last = name.replace(/[a-z](?=[^a-z]*$)/, hex);
  const names = [
    name,
    first,
    last,
    first.toUpperCase(),
    letters(name),
    first.replaceAll("%", "%25"),
    letters(name).replaceAll("%", "%25"),
    name.replaceAll("/", "%2f"),
    `/${name.slice(1).replaceAll("/", "%2F")}`,
    name.replaceAll("/", "//"),
    `/${name}`,
    `/${first}`,
    `//x${name}`,
    name.replaceAll("/", "\\"),
    name.toUpperCase(),
    name.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    ...[".", "..", "/", "//", "/.", "/..", "%20", "%00", "%2e", ";", ";x", "%3fx", "%23", "#"].map(
      (end) => name + end,
    ),
    `/.${name}`,
    `/..${name}`,
    `/%2e%2e${name}`,
    `/x/..${name}`,
    `/page.js/..${name}`,
    `/api/session/../..${name}`,
    name.slice(1),
    ...[
      "http://x",
      "HTTP://x",
      "https://x",
      `http://127.0.0.1:${port}`,
      "http://x/",
      "http:/",
      "x://x",
    ].flatMap((origin) => [name, first].map((each) => origin + each)),
  ].filter((each) => each !== "");
  return [...new Set(names)].map((each) => (query === undefined ? each : `${each}?${query}`));
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends raw bytes: a proper client would normalise the spelling. */
async function ask(
  port: number,
  method: string,
  path: string,
  headers: readonly string[] = [],
): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  const ended = once(socket, "close");
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    if (text.includes("text/event-stream")) socket.destroy();
  });
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "connection: close",
    ...headers,
    ...(method === "POST"
      ? ["content-type: application/json", `content-length: ${Buffer.byteLength(BODY)}`]
      : []),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n${method === "POST" ? BODY : ""}`);
  await ended;
  const [head = "", ...rest] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1] ?? 0), body: rest.join("\r\n\r\n") };
}

/** Calls each route in the chosen spellings, by its own method and others. */
async function askAll(
  chosen: (spellings: string[]) => string[],
  check: (asked: string, answer: Answer) => void,
): Promise<number> {
  const { port } = server;
  let count = 0;
  for (const { method, path } of server.routes) {
    const each = chosen(spellings(path, port)).flatMap((spelling) => [
      [method, spelling] as const,
      [method === "GET" ? "POST" : "GET", spelling] as const,
    ]);
    const asked = [...each, ...["HEAD", "OPTIONS", "PUT"].map((by) => [by, path] as const)];
    const answers = await Promise.all(asked.map(([by, spelling]) => ask(port, by, spelling)));
    answers.forEach((answer, index) => check(asked[index]?.join(" ") ?? "", answer));
    count += answers.length;
  }
  return count;
}

/** The log-in page and what it loads, by path: its scripts import others. */
async function filesOfPage(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const found = ["/"]; ;) {
    const path = found.pop();
    if (path === undefined) return files;
    const { body } = await ask(server.port, "GET", path);
    files.set(path, body);
    const names = body.matchAll(/(?:(?:src|href)=|import\(|from|import)\s*"(?:\.\/)?([\w.-]+)"/g);
    for (const [, name = ""] of names) if (!files.has(`/${name}`)) found.push(`/${name}`);
  }
}

/** Tells strangers its ports and how many devices there are, which `npm run class` asks before it has a key. */
const OPEN = "/local/platform";

/** @param chosen the spellings of a path to try */
export function testClosedRoutes(chosen: (spellings: string[]) => string[]): void {
  describe.each([
    ["npm start", () => stageConsole("sesame"), 9],
    ["npm run platform", platformConsole, 9],
  ])("without the password, the web console of %s", (_name, start, least) => {
    it("serves only the log-in page and its files, whatever the spelling", async () => {
      server = await start();
      const open = new Set([...(await filesOfPage()).values(), '{"needsPassword":true}']);
      expect(new Set(server.routes.map(({ path }) => path)).size).toBeGreaterThanOrEqual(least);
      const count = await askAll(chosen, (asked, { status, body }) => {
        if (status === 200 && !asked.startsWith("HEAD")) expect(open, asked).toContain(body);
        else expect(status, asked).toBeGreaterThanOrEqual(400);
        expect(body, asked).not.toContain(TREASURE);
      });
      expect(count).toBeGreaterThan(10 * server.routes.length);
      expect(server.done).toEqual([]);
    });
  });

  describe("without a key", () => {
    it("the local OneNET's HTTP API reveals and does nothing, whatever the spelling", async () => {
      server = await httpApi();
      expect(server.routes.length).toBeGreaterThanOrEqual(15);
      await askAll(chosen, (asked, { status, body }) => {
        expect(body, asked).not.toMatch(/"(errno|code)":0|succ/);
        expect(body, asked).not.toContain(TREASURE);
        if (status === 200) expect(body, asked).toMatch(/^\{"(errno|code)":[1-9]|^$/);
        else expect(status, asked).toBeGreaterThanOrEqual(400);
      });
      expect(server.done).toEqual([]);
    });
  });

  describe("a route that does not declare its callers", () => {
    it("is closed even to callers of all other routes", async () => {
      server = await stageConsole();
      expect((await ask(server.port, "GET", "/api/events")).status).toBe(200);
      expect(await ask(server.port, "GET", NEW)).toMatchObject({ status: 403 });
      await server.close();
      server = await httpApi();
      expect((await ask(server.port, "GET", NEW)).status).toBe(403);
    });
  });
}
