import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { bench, HOME, online, serveUdp } from "./lib.ts";

const CLOCK = Date.UTC(2026, 0, 1);

/** Queries `host` twice a second until the first answer. */
function ask(host: string): string {
  return `var d = require("dgram").createSocket("udp4");
    d.on("message", function (m, r) { print(m, r.address, r.port); });
    setInterval(function () { print("ask"); d.send("time?", 123, "${host}"); }, 500);`;
}

describe("a datagram", () => {
  it("follows the network's UDP route, and time waits for its answer [chip F6]", async () => {
    const port = await serveUdp((bytes, answer) => answer(`${bytes.toString()} now`));
    const network = { "ntp.example:123/udp": port, "ntp.example:123": 1 };
    const { board, lines } = await bench(online(ask("ntp.example")), {
      air: HOME,
      network,
      clock: createClock(CLOCK),
    });
    await board.clock.advance(1600);
    expect(lines).toEqual(Array(3).fill(["ask", "time? now 127.0.0.1 123"]).flat());
  });

  it("is routed by a network function", async () => {
    const port = await serveUdp((_, answer) => answer("yes"));
    const asked: unknown[] = [];
    const { board, lines } = await bench(online(ask("ntp.example")), {
      air: HOME,
      network: (...target) => {
        asked.push(target);
        return port;
      },
      clock: createClock(CLOCK),
    });
    await board.clock.advance(600);
    expect(asked).toEqual([["ntp.example", 123, "udp"]]);
    expect(lines.at(-1)).toBe("yes 127.0.0.1 123");
  });

  it("is silently lost without Wi-Fi, a route or a server", async () => {
    const silent = await serveUdp(() => undefined);
    for (const network of [{}, { "ntp.example:123/udp": silent }, { "ntp.example:80": 1 }]) {
      const { board, lines } = await bench(online(ask("ntp.example")), {
        air: HOME,
        network,
        clock: createClock(CLOCK),
      });
      await board.clock.advance(600);
      expect(lines).toEqual(["ask"]);
    }
    let heard = 0;
    const port = await serveUdp(() => heard++);
    const { board, lines } = await bench(ask("ntp.example"), {
      network: { "ntp.example:123/udp": port },
      clock: createClock(CLOCK),
    });
    await board.clock.advance(1100);
    expect(lines).toEqual(["ask", "ask"]);
    expect(heard).toBe(0);
  });

  it("reaches an address on an esp8266, but not a name", async () => {
    let heard = "";
    const port = await serveUdp((bytes, answer) => {
      heard += bytes.toString();
      answer("yes");
    });
    const network = () => port;
    const script = online(`var d = require("dgram").createSocket("udp4");
      d.on("message", function (m, r) { print(m, r.address, r.port); });
      d.send("by name", 123, "ntp.example"); d.send("by address", 123, "203.0.113.5");`);
    const { board, lines } = await bench(script, {
      chip: "esp8266",
      air: HOME,
      network,
      clock: createClock(CLOCK),
    });
    await board.clock.advance(500);
    expect(heard).toBe("by address");
    expect(lines).toEqual(["yes 203.0.113.5 123"]);
  });
});

it("a bound port receives and answers", async () => {
  const { board, seen } = await bench(
    online(`var d = require("dgram").createSocket("udp4");
      d.on("message", function (m, r) { d.send("re: " + m, r.port, r.address); });
      d.bind(53, function () { print("bound"); });`),
    { air: HOME },
  );
  await seen("bound");
  await expect.poll(() => board.udpPort(53)).toBeGreaterThan(0);
  const client = createSocket("udp4");
  client.send("hello", board.udpPort(53) ?? 0, "127.0.0.1");
  const [answer] = (await once(client, "message")) as [Buffer];
  client.close();
  expect(answer.toString()).toBe("re: hello");
  expect(board.udpPort(54)).toBeUndefined();
});

it("a program's sockets close when it ends", async () => {
  const script = online(
    `var d = require("dgram").createSocket("udp4"); d.bind(53); setTimeout(E.reboot, 50);`,
  );
  const { board } = await bench(`${script} print("boot");`, { air: HOME, clock: createClock(CLOCK) });
  await board.clock.advance(60);
  const port = board.udpPort(53);
  expect(port).toBeDefined();
  await board.clock.advance(50);
  expect(board.udpPort(53)).toBeUndefined();
});
