import { request as httpRequest, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { hostname } from "node:os";
import { afterEach, expect, it, vi } from "vitest";
import { createFeed, type Feed } from "../../../scripts/web-console/feed.ts";
import { startWebConsole, type Actions, type WebConsole } from "../../../scripts/web-console/index.ts";
import type { Answer } from "../../../scripts/web-console/protocol.ts";
import type { UpdateFaultName } from "../../../scripts/web-console/protocol.ts";

let feed: Feed;
let server: WebConsole;
const done: string[] = [];
let sendLate: (answer: string) => void = () => undefined;
afterEach(async () => {
  feed.close();
  await server.close();
  done.length = 0;
  vi.useRealTimers();
});

const ACTIONS: Actions = {
  command: (board, text, late) => {
    sendLate = late;
    if (text === "fail") throw new Error("device not online: d1");
    done.push(`${board} ${text}`);
    return Promise.resolve(text === "dance" ? undefined : text);
  },
  faults: { wifi: (board) => void done.push(`${board} wifi`) },
  turn: (board, input, value) => void done.push(`${board} ${input}=${value}`),
  disturb(board, part, sensor, fault) {
    if (part !== "air") throw new Error("the board has no such sensor");
    done.push(`${board} ${part} ${sensor} ${fault}`);
  },
};

async function start(password?: string, actions = ACTIONS): Promise<void> {
  feed = createFeed();
  const site = { title: "lamp", address: "here" };
  server = await startWebConsole({
    host: "127.0.0.1",
    port: 0,
    feed,
    site,
    actions,
    ...(password ? { password } : {}),
  });
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** `fetch` cannot set the Host header. */
async function ask(path: string, headers: Record<string, string> = {}, body?: object): Promise<Reply> {
  const text = body && JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const options = { port: server.port, host: "127.0.0.1", path, method: body ? "POST" : "GET" };
    const type = body ? { "content-type": "application/json" } : {};
    httpRequest({ ...options, headers: { ...type, ...headers } }, (response) => {
      let received = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
      );
    })
      .on("error", reject)
      .end(text);
  });
}

/** Reads server-sent events: each call reads until everything received matches a pattern. */
async function follow(headers: Record<string, string> = {}): Promise<(pattern: RegExp) => Promise<string>> {
  const { body } = await fetch(`http://127.0.0.1:${server.port}/api/events`, { headers });
  const reader = body?.getReader();
  let text = "";
  return async (pattern) => {
    while (!pattern.test(text)) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    return text;
  };
}

/** The same for much news, of which it keeps nothing: each call reads until a text arrives. */
async function listen(): Promise<(text: string) => Promise<void>> {
  const { body } = await fetch(`http://127.0.0.1:${server.port}/api/events`);
  const reader = body?.getReader();
  return async (text) => {
    for (let tail = ""; !tail.includes(text);) {
      const chunk = await reader?.read();
      tail = tail.slice(-text.length) + Buffer.from(chunk?.value ?? []).toString("latin1");
    }
  };
}

it("serves a page that loads nothing from elsewhere", async () => {
  await start();
  const page = await ask("/");
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  expect(page.headers["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? "");
  expect(files.toSorted()).toEqual(["icon.svg", "page.css", "page.js"]);
  for (const file of files) {
    const { status, body } = await ask(`/${file}`);
    expect(status).toBe(200);
    // The only address allowed is the SVG namespace, which is just a name.
    expect((body.match(/https?:\/\/[\w.]+/g) ?? []).filter((host) => !host.includes("www.w3.org"))).toEqual(
      [],
    );
  }
  expect((await ask("/package.json")).status).toBe(404);
  expect((await ask("/../package.json")).status).toBe(404);
});

it("streams a snapshot, then news", async () => {
  await start();
  feed.line("b1", "board", "before");
  const until = await follow();
  expect(await until(/before/)).toMatch(
    /^retry: 1000\n\nevent: snapshot\ndata: \{"site":\{"title":"lamp","address":"here","faults":\["wifi"\],"isExportable":false\}/,
  );
  feed.line("b1", "board", "after");
  expect(await until(/after/)).toMatch(/\nevent: batch\ndata: .*"after"/);
});

it("sends a first snapshot larger than a socket's buffer, and stays open", async () => {
  await start();
  for (let turn = 0; turn < 30; turn++) {
    for (let stream = 0; stream < 900; stream++) {
      feed.point(`b${stream % 9}`, `s${stream}`, turn, "x".repeat(500));
    }
  }
  const ticks = setInterval(() => feed.line("b1", "board", "tick"), 20);
  const { body } = await fetch(`http://127.0.0.1:${server.port}/api/events`);
  const reader = body?.getReader();
  let size = 0;
  for (let tail = ""; !tail.includes('"after"');) {
    const chunk = await reader?.read();
    expect(chunk?.done).toBe(false);
    const text = Buffer.from(chunk?.value ?? []).toString();
    const before = size;
    size += text.length;
    tail = tail.slice(-100) + text;
    if (before < 8_000_000 && size >= 8_000_000) feed.line("b1", "board", "after");
  }
  clearInterval(ticks);
  expect(size).toBeGreaterThan(8_000_000);
});

it("passes on commands, faults and inputs, and explains failures", async () => {
  await start();
  const command = (text: string) => ask("/api/command", {}, { board: "b1", text });
  expect(await command("on")).toMatchObject({
    status: 200,
    body: expect.stringMatching(/"answer":"on"/) as string,
  });
  expect(await command("dance")).toMatchObject({
    status: 200,
    body: expect.stringMatching(/"answer":null/) as string,
  });
  expect(await command("fail")).toMatchObject({ status: 409, body: '{"error":"device not online: d1"}' });
  expect((await ask("/api/fault", {}, { board: "b1", fault: "wifi", isOn: true })).status).toBe(200);
  expect((await ask("/api/fault", {}, { board: "b1", fault: "constructor", isOn: true })).status).toBe(409);
  const message = { board: "b1", topic: "a/b", payload: "" };
  expect((await ask("/api/publish", {}, message)).body).toBe('{"error":"this console cannot publish"}');
  for (const topic of ["", "a/#", "+", "x".repeat(257)])
    expect((await ask("/api/publish", {}, { ...message, topic })).status).toBe(400);
  expect((await ask("/api/input", {}, { board: "b1", input: "analog 34", value: 0.5 })).status).toBe(200);
  expect((await ask("/api/input", {}, { board: "b1", input: "analog 34", value: "much" })).status).toBe(400);
  expect((await ask("/api/command", {}, { board: "b1", text: "x".repeat(1001) })).status).toBe(400);
  expect((await ask("/api/command", {}, { board: "b1" })).status).toBe(400);
  expect((await ask("/api/command", {}, { board: "b1", text: "x".repeat(10_000) })).status).toBe(413);
  expect(done).toEqual(["b1 on", "b1 dance", "b1 wifi", "b1 analog 34=0.5"]);
});

it("refuses in the page's language, whatever the command speaks", async () => {
  await start("open sesame");
  const chinese = { "accept-language": "zh" };
  const logIn = (password: string, headers = {}) => ask("/api/log-in", headers, { password });
  expect((await logIn("wrong")).body).toBe('{"error":"wrong password"}');
  expect((await logIn("wrong", chinese)).body).toBe('{"error":"密码错误"}');
  expect((await ask("/api/points?format=csv", chinese)).body).toBe('{"error":"请先登录"}');
  expect((await ask("/", { ...chinese, host: "evil.example" })).body).toBe(
    '{"error":"请用控制台自己的地址打开它"}',
  );
  const { headers } = await logIn("open sesame");
  const logged = { ...chinese, cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
  const refusal = async (name: string, body: object) => {
    const given = (await ask(`/api/${name}`, logged, body)).body.trim();
    return (JSON.parse(given) as { error: string }).error;
  };
  const command = { board: "b1", text: "fail" };
  expect(await refusal("command", command)).toBe("设备不在线：d1");
  expect(await refusal("commands", { boards: ["b1"], text: "fail" })).toBe("设备不在线：d1");
  expect(await refusal("command", { ...command, text: "x".repeat(10_000) })).toBe("内容太长");
  expect(await refusal("publish", { board: "b1", topic: "a/#", payload: "" })).toBe(
    '服务器不接受 "主题" 的这个值',
  );
  expect(await refusal("command", { board: "b1" })).toBe('服务器不接受 "text" 的这个值');
  expect(await refusal("dance", {})).toBe("没有这个页面");
});

it("passes a command on to several boards, and each answer back", async () => {
  await start();
  const command = (boards: unknown, text = "on") => ask("/api/commands", {}, { boards, text });
  const { status, body } = await command(["b1", "b2"]);
  expect(status).toBe(200);
  const answers = body.trimEnd().split("\n");
  expect(answers.sort()).toEqual(['{"board":"b1","answer":"on"}', '{"board":"b2","answer":"on"}']);
  expect(await command(["b1"], "dance")).toMatchObject({ body: '{"board":"b1","answer":null}\n' });
  expect(await command(["b1"], "fail")).toMatchObject({
    status: 200,
    body: '{"board":"b1","answer":null,"error":"device not online: d1"}\n',
  });
  for (const wrong of [[], Array.from({ length: 1001 }, () => "b1")])
    expect((await command(wrong)).status).toBe(400);
  expect((await command(Array.from({ length: 1000 }, () => "x".repeat(200)))).status).toBe(413);
});

it("disturbs sensors and mends them, and says why not", async () => {
  await start();
  const air = { board: "b1", part: "air", sensor: 0 };
  const statusOf = async (body: object) => (await ask("/api/sensor", {}, body)).status;
  for (const fault of ["away", "stuck", "damaged", "none"])
    expect(await statusOf({ ...air, fault })).toBe(200);
  expect(done).toEqual(["away", "stuck", "damaged", "undefined"].map((fault) => `b1 air 0 ${fault}`));
  expect(await statusOf({ ...air, fault: "burnt" })).toBe(400);
  expect(await statusOf({ ...air, sensor: 0.5, fault: "away" })).toBe(400);
  expect(await statusOf(air)).toBe(400);
  expect(await ask("/api/sensor", {}, { ...air, part: "constructor", fault: "away" })).toMatchObject({
    status: 409,
    body: '{"error":"the board has no such sensor"}',
  });
  expect(done).toHaveLength(4);
});

it("updates a board, with what is to go wrong, and says why not", async () => {
  const update = (board: string, fault: UpdateFaultName) => {
    if (board !== "b1") throw new Error("no package");
    done.push(`${board} ${fault}`);
  };
  await start(undefined, { command: () => Promise.resolve(undefined), faults: {}, update });
  for (const fault of ["none", "cut", "hash", "signature"])
    expect((await ask("/api/update", {}, { board: "b1", fault })).status).toBe(200);
  expect(done).toEqual(["b1 none", "b1 cut", "b1 hash", "b1 signature"]);
  expect((await ask("/api/update", {}, { board: "b1", fault: "fire" })).status).toBe(400);
  expect((await ask("/api/update", {}, { board: "b1" })).status).toBe(400);
  const body = '{"error":"no package"}';
  expect(await ask("/api/update", {}, { board: "b2", fault: "none" })).toMatchObject({ status: 409, body });
});

it("has no updates without OneNET", async () => {
  await start(undefined, { command: () => Promise.resolve(undefined), faults: {} });
  const body = '{"error":"only OneNET has updates"}';
  const update = { board: "b1", fault: "none" };
  expect(await ask("/api/update", {}, update)).toMatchObject({ status: 409, body });
});

it("gives all data points to whoever is logged in", async () => {
  const pieces = (format: string) => [`${format} `.repeat(50_000), "温度"];
  await start("open sesame", { ...ACTIONS, export: pieces });
  expect((await ask("/api/points?format=csv")).status).toBe(401);
  const { headers } = await ask("/api/log-in", {}, { password: "open sesame" });
  const cookie = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const { status, headers: given, body } = await ask("/api/points?format=csv", { cookie });
  expect(given).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="points.csv"',
  });
  expect({ status, isWhole: body === pieces("csv").join("") }).toEqual({ status: 200, isWhole: true });
  expect((await ask("/api/points?format=xml", { cookie })).status).toBe(400);
});

it("refuses to turn what real boards read", async () => {
  await start(undefined, { command: () => Promise.resolve(undefined), faults: {} });
  const body = '{"error":"only virtual boards have inputs to set"}';
  const input = { board: "b1", input: "level 0", value: 1 };
  expect(await ask("/api/input", {}, input)).toMatchObject({ status: 409, body });
  const sensor = { board: "b1", part: "air", sensor: 0, fault: "away" };
  expect(await ask("/api/sensor", {}, sensor)).toMatchObject({ status: 409, body });
});

it.each([
  ["another name for this address", { host: "evil.example" }],
  ["another site's page", { origin: "http://evil.example" }],
  ["a body that a form can send", { "content-type": "text/plain" }],
])("rejects %s", async (_what, headers) => {
  await start();
  expect((await ask("/api/command", headers, { board: "b1", text: "on" })).status).toBe(403);
  expect(done).toEqual([]);
});

it.each([
  "evil.example",
  "127.0.0.1.evil.example",
  "evil.example:8484",
  "[evil]",
  "127.0.0.1@evil.example",
  "",
])("rejects other host names, even with a password: %s", async (host) => {
  await start("open sesame");
  for (const path of ["/", "/api/session", "/page.js"]) {
    expect((await ask(path, { host, origin: `http://${host}` })).status).toBe(403);
  }
  const headers = { host, origin: `http://${host}` };
  expect((await ask("/api/log-in", headers, { password: "open sesame" })).status).toBe(403);
});

it.each(["192.168.1.7", "[fe80::1]:8484", "localhost:1", hostname(), `${hostname().toUpperCase()}.local`])(
  "with a password, accepts an address and the computer's own names: %s",
  async (host) => {
    await start("open sesame");
    expect((await ask("/", { host, origin: `http://${host}` })).status).toBe(200);
  },
);

it("sends a late answer with its command's id", async () => {
  await start();
  const until = await follow();
  const { command } = JSON.parse(
    (await ask("/api/command", {}, { board: "b1", text: "dance" })).body,
  ) as Answer;
  expect(command).toMatch(/^[\da-f-]{36}$/);
  sendLate("danced");
  const late = `"answers":[{"command":"${command}","answer":"danced"}]`;
  expect(await until(/danced/)).toContain(late);
  expect(await (await follow())(/event: snapshot\n.*\n/)).toContain(late); // for a page that missed it
});

it("disconnects a page that reads nothing", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  await start();
  const page = connect(server.port, "127.0.0.1").pause();
  const closed = once(page, "close");
  page.write("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const heard = await listen(); // a page that reads, so that there are news
  for (let turn = 0; turn < 40; turn++) {
    for (let count = 0; count < 500; count++) feed.line("b1", "board", `${turn} `.padEnd(500, "x"));
    await heard(`"${turn} x`);
  }
  for (let beat = 0; beat < 4; beat++) vi.advanceTimersByTime(15_000);
  page.resume(); // it notices only when it reads
  await closed;
});

it("requires its password, and slows guessing", async () => {
  await start("open sesame");
  expect((await ask("/")).status).toBe(200);
  expect((await ask("/api/session")).body).toBe('{"needsPassword":true}');
  expect((await ask("/api/events")).status).toBe(401);
  expect((await ask("/api/command", {}, { board: "b1", text: "on" })).status).toBe(401);
  const sensor = { board: "b1", part: "air", sensor: 0, fault: "away" };
  expect((await ask("/api/sensor", {}, sensor)).status).toBe(401);
  expect((await ask("/api/update", {}, { board: "b1", fault: "none" })).status).toBe(401);
  expect((await ask("/api/publish", {}, { board: "b1", topic: "a", payload: "" })).status).toBe(401);
  expect((await ask("/api/log-in", {}, { password: "sesame" })).status).toBe(401);

  const { status, headers } = await ask("/api/log-in", {}, { password: "open sesame" });
  expect(status).toBe(200);
  const [set = ""] = headers["set-cookie"] ?? [];
  expect(set).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
  const cookie = set.replace(/;.*/, "");
  expect((await ask("/api/session", { cookie })).body).toBe('{"needsPassword":false}');
  expect((await ask("/api/command", { cookie }, { board: "b1", text: "on" })).status).toBe(200);
  await (
    await follow({ cookie })
  )(/event: snapshot/);
  expect((await ask("/api/events", { cookie: `${cookie.slice(0, -1)}_` })).status).toBe(401);

  for (let guess = 0; guess < 9; guess++) await ask("/api/log-in", {}, { password: String(guess) });
  expect((await ask("/api/log-in", {}, { password: "open sesame" })).status).toBe(429);
});
