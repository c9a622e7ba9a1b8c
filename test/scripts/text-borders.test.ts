/**
 * Every border between the computer's UTF-16 text and a board's byte strings: text arrives on the other side as UTF-8,
 * and returns as the same text.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { BoardError, loadBoard } from "../../scripts/boards/index.ts";
import { linkTo } from "../../scripts/flash/board-link.ts";
import { openPort } from "../../scripts/flash/port.ts";
import { serveConsole } from "../../scripts/virtual-board/console-server.ts";
import { openRegistry } from "../../scripts/local-onenet/registry-file.ts";
import { readSecrets } from "../../scripts/boards/new/secrets.ts";
import { bytesOf, TEXTS } from "../support/texts.ts";
import { boardFolder, COMPLETE } from "./boards/board-folder.ts";
import { bench, HOME, online, serve, serveUdp } from "./virtual-board/lib.ts";

/** A text as a program would write it, without any other conversion. */
const hex = (text: string) => Buffer.from(text, "utf8").toString("hex");
/** A function for programs that prints a byte string's bytes. */
const HEX = `function hex(s) { var h = ""; for (var i = 0; i < s.length; i++) h += (256 + s.charCodeAt(i)).toString(16).substr(1); return h; }`;
const quote = (text: string) => JSON.stringify(text);

describe.each(TEXTS)("%s", (_kind, text) => {
  it("a string of the program", async () => {
    const { lines } = await bench(`${HEX} print(hex(${quote(text)}), ${quote(text)}.length);`);
    expect(lines).toEqual([`${hex(text)} ${Buffer.byteLength(text)}`]);
  });

  it("a Wi-Fi network's name and password", async () => {
    const [ssid, password] = [text, `${text}密码`];
    const { lines, seen, board } = await bench(
      `${HEX} var w = require("Wifi");
      w.on("connected", function () { print(w.getDetails().ssid, hex(w.getDetails().password)); });
      w.on("disconnected", function () { print("lost"); });
      w.connect(${quote(ssid)}, { password: ${quote(password)} });`,
      { air: [{ ssid, password }] },
    );
    await seen(ssid);
    board.air.remove(ssid);
    await seen("lost");
    expect(lines).toEqual([`${ssid} ${hex(password)}`, "lost"]);
  });

  it("a console line, and an uncaught error", async () => {
    const errors: string[] = [];
    const { lines, board, seen } = await bench(
      `setTimeout(function () { print(${quote(text)}); throw new Error(${quote(text)}); }, 1);`,
    );
    board.on("uncaught", (line) => errors.push(line));
    await seen("Uncaught");
    expect(lines[0]).toBe(text);
    expect(errors.join()).toContain(text);
  });

  it("input and output of the console's port", async () => {
    const { board } = await bench("");
    const server = await serveConsole(board);
    onTestFinished(() => server.close());
    const socket = connect(server.port, "127.0.0.1");
    let came = Buffer.alloc(0);
    socket.on("data", (bytes) => (came = Buffer.concat([came, bytes])));
    socket.write(`${/:([^@:/]+)@/.exec(server.address)?.[1] ?? ""}\n`);
    socket.write(`print("<" + ${quote(text)} + ">")\n`);
    await expect.poll(() => came.toString("utf8")).toContain(`<${text}>`);
    socket.destroy();
  });

  it("an answer to a question over a port, and an error", async () => {
    const { board } = await bench("");
    const server = await serveConsole(board);
    onTestFinished(() => server.close());
    const link = linkTo(await openPort(server.address));
    onTestFinished(() => link.close());
    const escaped = quote(bytesOf(text)); // a question consists of ASCII and bytes
    expect(await link.ask(`{ a: [${escaped}] }`)).toMatchObject({ value: { a: [text] } });
    const thrown = await link.ask(`(function () { throw new Error(${escaped}); })()`);
    expect(thrown.error).toContain(text);
  });

  it("files in flash, their names and contents", async () => {
    const name = text.slice(0, 5); // a name has 28 bytes at most
    const { board, lines } = await bench(
      `var s = require("Storage"); s.write(${quote(name)}, ${quote(text)});
      print(s.read(${quote(name)}), s.list().indexOf(${quote(name)}) >= 0);`,
    );
    expect(lines).toEqual([`${text} true`]);
    expect(board.storage.get(bytesOf(name))).toBe(bytesOf(text));
  });

  it("JSON the program writes and reads", async () => {
    const { lines } = await bench(
      `${HEX} var t = ${quote(text)}; print(JSON.parse(JSON.stringify({ t: t })).t == t, hex(JSON.parse('{"t":"' + t + '"}').t));`,
    );
    expect(lines).toEqual([`true ${hex(text)}`]);
  });

  it("a TCP connection, both ways", async () => {
    const port = await serve((socket) => socket.on("data", (bytes) => socket.write(bytes)));
    const { seen, lines } = await bench(
      online(`var c = require("net").connect({ host: "127.0.0.1", port: ${port} }, function () { c.write(${quote(text)}); });
        c.on("data", function (d) { print("got", d); });`),
      { air: HOME },
    );
    await seen("got");
    expect(lines).toEqual([`got ${text}`]);
  });

  it("a datagram, both ways", async () => {
    const port = await serveUdp((bytes, answer) => answer(bytes));
    const { seen, lines } = await bench(
      online(`var u = require("dgram").createSocket("udp4"); u.bind(4000, function (s) { s.on("message", function (m) { print("got", m); }); });
        u.send(${quote(text)}, ${port}, "127.0.0.1");`),
      { air: HOME },
    );
    await seen("got");
    expect(lines).toEqual([`got ${text}`]);
  });

  it("an HTTP request: its address, a header, its body, and the answer", async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const header = Buffer.from(String(request.headers["x-name"]), "latin1").toString("utf8");
        requests.push(decodeURIComponent(request.url ?? ""), header, Buffer.concat(pieces).toString("utf8"));
        response.end(text);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { seen, lines } = await bench(
      online(`var t = ${quote(text)};
        var r = require("http").request({ host: "127.0.0.1", port: ${port}, path: "/" + encodeURIComponent(t), method: "POST",
          headers: { "Content-Length": t.length, "X-Name": t } }, function (a) {
            var all = ""; a.on("data", function (d) { all += d; }); a.on("close", function () { print("got", all); }); });
        r.end(t);`),
      { air: HOME },
    );
    await seen("got");
    expect(lines).toEqual([`got ${text}`]);
    expect(requests).toEqual([`/${text}`, text, text]);
  });
});

/** 温度 in the default encoding of Windows in China, and with the byte order mark Notepad adds. */
const GBK = Buffer.from("cec2b6c8", "hex");
const MARK = "\ufeff";

describe("files in another encoding are rejected, and a byte order mark is ignored", () => {
  const code = (text: Buffer | string) =>
    Buffer.concat([
      Buffer.from(
        'import type { BoardCode } from "onenet-espruino";\nexport default { commands: { say: () => "',
      ),
      Buffer.from(text),
      Buffer.from('" } } satisfies BoardCode;\n'),
    ]);
  const load = (source: Uint8Array, title: string | Buffer = "x") => {
    const [before, behind] = JSON.stringify({ ...COMPLETE, title: "|" })
      .split("|")
      .map((part) => Buffer.from(part));
    const file = Buffer.concat([before ?? Buffer.of(), Buffer.from(title), behind ?? Buffer.of()]);
    const directory = boardFolder({ "kitchen.json": file, "kitchen.ts": source });
    try {
      return loadBoard("kitchen", { directory }).code?.commands;
    } catch (error) {
      if (error instanceof BoardError) return error.message;
      throw error;
    }
  };

  it("a board file", () => {
    expect(load(code("x"), GBK)).toMatch(/kitchen\.json: is not UTF-8 text; save it with UTF-8 encoding$/);
  });

  it("a board's own code", () => {
    expect(load(code(GBK))).toMatch(/kitchen\.ts:1:1: is not UTF-8 text; save it with UTF-8 encoding$/);
    expect(load(Buffer.concat([Buffer.from(MARK), code("温度")]))).toEqual(["say"]);
  });

  it("the platform's registry", () => {
    const product =
      '{ "generation": "multiprotocol", "product": "200100", "devices": [{ "device": "1", "authInfo": "a", "title": "|" }] }';
    const [before = "", behind = ""] = `{ "products": [${product}] }`.split("|");
    const open = (bytes: Uint8Array) =>
      openRegistry(join(boardFolder({ "onenet.json": bytes }), "onenet.json"));
    const titles = (bytes: Uint8Array) =>
      [...open(bytes).devices.values()].map((device) => "title" in device && device.title);
    const whole = (title: Buffer, mark = "") =>
      Buffer.concat([Buffer.from(mark + before), title, Buffer.from(behind)]);
    expect(titles(whole(Buffer.from("温度"), MARK))).toEqual(["温度"]);
    expect(() => open(whole(GBK))).toThrow(/onenet\.json: is not UTF-8 text: save it with UTF-8 encoding$/);
  });

  it("secrets on standard input", async () => {
    const read = (bytes: Uint8Array) => readSecrets(pipe(bytes), ["WIFI_PASSWORD"]);
    async function* pipe(bytes: Uint8Array) {
      yield await Promise.resolve(bytes);
    }
    expect(await read(Buffer.from(`${MARK}WIFI_PASSWORD=密码`))).toEqual(
      new Map([["WIFI_PASSWORD", "密码"]]),
    );
    await expect(read(Buffer.concat([Buffer.from("WIFI_PASSWORD="), GBK]))).rejects.toThrow(
      "standard input is not UTF-8 text",
    );
  });
});
