import { describe, expect, it } from "vitest";
import { serveTls } from "./fact-servers.ts";
import { bench, HOME, online, output, serve } from "./lib.ts";

function get(port: number, then = "", host = "127.0.0.1", protocol = "http:"): string {
  return online(`
    var r = require("http").get({host: "${host}", port: ${port}, path: "/", protocol: "${protocol}"}, function (res) {
      print("status " + res.statusCode);
      var length = 0;
      res.on("data", function (d) { length += d.length; print("data " + d.length); });
      res.on("close", function (e) { print("close " + e, length); print("done"); });
      ${then}
    });
    r.on("error", function (e) { print("error " + e.code + " " + e.message); print("done"); });`);
}

const OK = "HTTP/1.1 200 OK\r\n";

describe("http.get", () => {
  it("receives a response in pieces of at most 536 bytes", async () => {
    const answer = `${OK}Content-Length: 3000\r\n\r\n${"x".repeat(3000)}`;
    const port = await serve((socket) => socket.once("data", () => socket.write(answer)));
    const lines = await output(get(port), { air: HOME });
    const sizes = lines.filter((line) => line.startsWith("data")).map((line) => Number(line.slice(5)));
    expect(Math.max(...sizes)).toBe(536);
    expect(lines.at(-1)).toBe("close false 3000");
  });

  it("follows the board's network, and reaches no other host", async () => {
    const port = await serve((socket) => socket.once("data", () => socket.end(`${OK}\r\n`)));
    const network = { "open.iot.10086.cn:80": port };
    expect(await output(get(80, "", "open.iot.10086.cn"), { air: HOME, network })).toEqual([
      "status 200",
      "close false 0",
    ]);
    const { seen } = await bench(get(80, "", "elsewhere.example"), { air: HOME, network });
    expect(await seen("Uncaught")).toBe("Uncaught InternalError: Unable to locate host");
  });

  it("throws while Wi-Fi is down", async () => {
    const script = `
      try { require("http").get("http://a.example/", function () {}); } catch (e) { print(e.toString()); }
      print("done");`;
    expect(await output(script, { network: () => 1 })).toEqual(["InternalError: Unable to locate host"]);
  });

  it("reports an unknown name as an event on ESP8266", async () => {
    const lines = await output(get(80, "", "nowhere.example"), { air: HOME, chip: "esp8266" });
    expect(lines).toEqual(["error -6 not found"]);
  });

  it("fails without a response when the radio is gone", async () => {
    let asked: () => void = () => undefined;
    const request = new Promise<void>((resolve) => (asked = resolve));
    const port = await serve((socket) => socket.once("data", asked));
    const { board, seen } = await bench(get(port), { air: HOME });
    await request;
    board.air.drop();
    expect(await seen("error")).toBe("error -15 no response");
  });

  it("never ends when the server closes within a chunk", async () => {
    const answer = `${OK}Transfer-Encoding: chunked\r\n\r\n1000\r\nhello`;
    const port = await serve((socket) => socket.once("data", () => socket.end(answer)));
    const { board, lines, seen } = await bench(get(port), { air: HOME });
    await seen("data");
    await board.clock.advance(60_000);
    expect(lines).toEqual(["status 200", "data 5"]);
  });

  it("uses TLS for https", async () => {
    const answer = `${OK}Content-Length: 2\r\n\r\nok`;
    const port = await serveTls((socket) => socket.once("data", () => socket.end(answer)));
    const lines = await output(get(port, "", "127.0.0.1", "https:"), { air: HOME });
    expect(lines.slice(0, 2)).toEqual(["status 200", "data 2"]);
  });
});
