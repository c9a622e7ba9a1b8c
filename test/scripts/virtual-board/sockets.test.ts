import { describe, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import type { Reach } from "../../../scripts/virtual-board/index.ts";
import { serveTls } from "./fact-servers.ts";
import { bench, closedPort, HOME, online, serve } from "./lib.ts";

const START = Date.UTC(2026, 0, 1);
const clock = () => createClock(START);

/** Connects to a name that leads to `PORT`, and prints how long that took. */
const CONNECT = `var t = getTime(), s; n = 0; setInterval(function () { n++; }, 1000);
  try { s = require("net").connect({host: "a.example", port: 1}, function () { print("connected", n); }); }
  catch (e) { print(e.message); }
  print(Math.round((getTime() - t) * 10) / 10, n);`;

describe("a blocking connection [chip F7]", () => {
  it("blocks the interpreter, then succeeds: time has passed, and nothing has run", async () => {
    const port = await serve((socket) => socket.resume());
    const { board, lines } = await bench(online(CONNECT), {
      clock: clock(),
      air: HOME,
      network: { "a.example:1": port },
      reach: () => 12_000,
    });
    await board.clock.advance(200);
    expect(lines).toEqual(["12 0", "connected 1"]); // one period per turn of the loop
    expect(board.uptime()).toBe(12_200);
    await board.clock.advance(1000);
    board.type("n\n");
    await board.clock.advance(10);
    board.type("print(n)\n");
    expect(lines.at(-1)).toBe("13");
  });

  it("blocks it, then is refused", async () => {
    const { board, lines } = await bench(online(CONNECT), {
      clock: clock(),
      air: HOME,
      network: { "a.example:1": await closedPort() },
      reach: () => 3000,
    });
    await board.clock.advance(200);
    expect(lines).toEqual(["ERROR: Connect failed (err 111)", "Unable to create socket", "3 0"]);
  });

  it.each([
    ["esp32", "10.5"],
    ["esp32c3", "19.5"],
    ["esp32s3", "19.5"],
  ] as const)("takes an %s %s s without an answer", async (chip, seconds) => {
    const { board, lines } = await bench(online(CONNECT), {
      chip,
      clock: clock(),
      air: HOME,
      network: { "a.example:1": 1 },
      reach: () => "no answer",
    });
    await board.clock.advance(200);
    expect(lines).toEqual(["ERROR: Connect failed (err 113)", "Unable to create socket", `${seconds} 0`]);
  });

  it("takes 7 s if the name server does not answer; an address needs none", async () => {
    const port = await serve((socket) => socket.resume());
    const options = {
      clock: clock(),
      air: HOME,
      network: { "a.example:1": port, "203.0.113.5:1": port },
      reach: (): Reach => "no name server",
    };
    const { board, lines } = await bench(online(CONNECT), options);
    await board.clock.advance(200);
    expect(lines).toEqual(["Unable to locate host", "7 0"]);
    const byAddress = await bench(online(CONNECT.replace("a.example", "203.0.113.5")), {
      ...options,
      clock: clock(),
    });
    await byAddress.board.clock.advance(200);
    expect(byAddress.lines[0]).toBe("0 0");
  });

  it("also blocks an interpreter that sends a datagram by name", async () => {
    const script = `var t = getTime(), d = require("dgram").createSocket("udp4"); d.send("x", 123, "a.example");
      print(getTime() - t);`;
    const { board, lines } = await bench(online(script), {
      clock: clock(),
      air: HOME,
      reach: () => "no name server",
    });
    await board.clock.advance(200);
    expect(Number(lines[0])).toBeCloseTo(7);
  });

  it("does not block an esp8266, which gets an event later", async () => {
    const port = await serve((socket) => socket.resume());
    const { board, lines } = await bench(online(CONNECT), {
      chip: "esp8266",
      clock: clock(),
      air: HOME,
      network: { "a.example:1": port },
      reach: () => 5500,
    });
    await board.clock.advance(6000);
    expect(lines).toEqual(["0 0", "connected 5"]);
  });

  it("ends when the watchdog fires", async () => {
    const script = `print("boot"); if (!require("Storage").read("x")) { require("Storage").write("x", "1");
      E.enableWatchdog(10, true); ${online(CONNECT)} }`;
    const { board, lines } = await bench(script, {
      clock: clock(),
      air: HOME,
      network: { "a.example:1": 1 },
      reach: () => 12_000,
    });
    await board.clock.advance(200);
    await board.clock.advance(1);
    expect(lines.filter((line) => line === "boot")).toHaveLength(2);
    expect(lines).toContain("E task_wdt: Task watchdog got triggered");
  });
});

/** Opens sockets, and prints how many it got. */
const FILL = `function fill(open) {
  for (var n = 0; n < 20; n++) { try { open(); } catch (e) { print(n, e.message); return; } }
}`;

describe("sockets [chip F8]", () => {
  it.each([
    ["esp32", 9], // the telnet server uses one
    ["esp32s3", 9],
    ["esp32c3", 10],
    ["esp8266", 9],
  ] as const)("number ten on an %s, %d of them for the program", async (chip, count) => {
    const port = await serve((socket) => socket.resume());
    const script = `${FILL} ${online(`fill(function () { require("net").connect({host: "127.0.0.1", port: ${port}}); });`)}`;
    const { seen, lines } = await bench(script, { chip, air: HOME });
    await seen(`${count} Unable to create socket`);
    expect(lines.includes("ERROR: Socket creation failed")).toBe(chip !== "esp8266");
  });

  it("number one more without telnet; datagrams take one each, and closing frees them", async () => {
    const script = `${FILL} require("TelnetServer").setOptions({mode: "off"}); var all = [];
      function udp() { var d = require("dgram").createSocket("udp4"); all.push(d); d.send("x", 9, "127.0.0.1"); }
      ${online(`fill(udp); all.forEach(function (d) { try { d.close(); } catch (e) {} });
        setTimeout(function () { fill(udp); print("done"); }, 20);`)}`;
    const { board, lines } = await bench(script, { air: HOME, clock: clock() });
    await board.clock.advance(200);
    expect(lines.filter((line) => line.includes("Unable"))).toEqual(
      Array(2).fill("10 Unable to create socket"),
    );
  });

  it("are freed when a connection or a program ends", async () => {
    const port = await serve((socket) => socket.end());
    const script = `var n = 0; function next() {
        if (++n > 30) return print("done");
        require("net").connect({host: "127.0.0.1", port: ${port}}).on("close", next);
      } ${online("next();")}`;
    const { board, seen } = await bench(script, { air: HOME });
    await seen("done");
    board.type(
      `for (var i = 0; i < 9; i++) require("net").connect({host: "127.0.0.1", port: ${port}}); load();\n`,
    );
    const again = new Promise((resolve) =>
      board.on("wifi", (state) => state === "connected" && resolve(state)),
    );
    await again;
    board.type(`require("net").connect({host: "127.0.0.1", port: ${port}}); print("still")\n`);
    await seen("still");
  });
});

describe("TLS without enough memory [chip F9]", () => {
  it("throws and leaks a socket each time, until none is left and the chip restarts", async () => {
    let open = 0;
    const port = await serveTls(() => open++);
    const script = `print("boot"); ${online(`for (var i = 0; i < 11; i++) {
      try { require("tls").connect({host: "127.0.0.1", port: ${port}}); } catch (e) { print(e.message); }
    }`)}`;
    const { board, lines } = await bench(script, { air: HOME, fitsTls: false });
    await expect.poll(() => lines.at(-1)).toBe("Unable to create socket");
    expect(lines.filter((line) => line === "mbedtls_ssl_setup: Not enough memory")).toHaveLength(9);
    board.type("load()\n");
    await expect.poll(() => lines.filter((line) => line === "boot")).toHaveLength(2);
    await expect.poll(() => lines.filter((line) => line === "Unable to create socket")).toHaveLength(2 + 11);
    board.type("E.reboot()\n");
    await expect
      .poll(() => lines.filter((line) => line === "mbedtls_ssl_setup: Not enough memory"))
      .toHaveLength(18);
  });
});
