/** The doctor's checks of servers: names, ports, TLS and time. All servers are on 127.0.0.1. */

import { createServer, type Server } from "node:tls";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createNetwork, Unreached } from "../../../../scripts/flash/doctor/network.ts";
import { makeCertificate } from "../../../../scripts/local-onenet/x509.ts";
import { boardFolder, COMPLETE, MQTT, SUITE } from "../../boards/board-folder.ts";
import { answerDatagrams, listen, look, timeAnswer } from "./stand-in.ts";

const NAME = "platform.example";

describe("a port", () => {
  it("open, closed, and silent", async () => {
    const network = createNetwork({ [`${NAME}:1`]: await listen(() => undefined), [`${NAME}:2`]: 1 });
    await network.reach(NAME, 1);
    await expect(network.reach(NAME, 2)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await network.resolve(NAME, 1)).toBe("127.0.0.1");
    expect(await network.resolve("10.1.2.3", 1)).toBe("10.1.2.3");
  });
});

describe("TLS", () => {
  it("does a handshake like Espruino: with its fixed server name, accepting any certificate [chip F11]", async () => {
    let asked: string | undefined;
    const port = await tlsServer((name) => (asked = name));
    const network = createNetwork({ [`${NAME}:8883`]: port });
    expect(await network.shakeHands(NAME, 8883)).toMatch(/^TLSv1\.2, /);
    expect(asked).toBe("mbed TLS Server 1");
  });

  it("with a port that does not speak TLS, and a silent one", async () => {
    const plain = await listen((socket) => socket.end("MQTT"));
    const silent = await listen(() => undefined);
    const network = createNetwork({ [`${NAME}:1`]: plain, [`${NAME}:2`]: silent }, 200);
    await expect(network.shakeHands(NAME, 1)).rejects.toThrow();
    await expect(network.shakeHands(NAME, 2)).rejects.toMatchObject({ code: "TIMEOUT" });
  });
});

describe("a time server", () => {
  const ask = async (answer: (question: Buffer) => Buffer | undefined, patience = 1000) =>
    createNetwork({ [`${NAME}:123`]: await answerDatagrams(answer) }, patience).askTime(NAME);

  it("returns the time, to the millisecond", async () => {
    const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const questions: Buffer[] = [];
    const answer = await ask((question) => (questions.push(question), timeAnswer(time)));
    expect(Math.abs(answer - time)).toBeLessThan(1);
    expect(questions[0]?.length).toBe(48);
    expect(questions[0]?.[0]).toBe(0x23);
  });

  it("is asked again if the first datagram was lost", async () => {
    let count = 0;
    expect(await ask(() => (++count > 1 ? timeAnswer(1e12) : undefined), 200)).toBe(1e12);
  });

  it.each([
    [Buffer.from("hello"), /is not SNTP/],
    [timeAnswer(0, 0), /refuses/],
    [Buffer.alloc(48), /is not SNTP/],
  ])("answers something else: %j", async (answer, words) => {
    await expect(ask(() => answer)).rejects.toThrow(words);
  });

  it("stays silent", async () => {
    await expect(ask(() => undefined, 100)).rejects.toMatchObject({ code: "TIMEOUT" });
  });
});

describe("findings about servers", () => {
  const { server, port } = { server: "mqtts.heclouds.com", port: 8883 };
  const TLS = { ...SUITE, onenet: { ...SUITE.onenet, expires: "+365d", tls: true, server, port } };

  it("all reachable", async () => {
    const directory = boardFolder({ "attic.json": { ...TLS, time: { server: "ntp.example", zone: 8 } } });
    const leads = {
      [`${server}:${port}`]: await tlsServer(() => undefined),
      "ntp.example:123": await answerDatagrams(() => timeAnswer(Date.now())),
    };
    const found = await look({ name: "attic", isOffline: false, leads }, { directory });
    expect(found.row("platform's name").found).toBe(`${server} is 127.0.0.1`);
    expect(found.row("platform's port")).toMatchObject({ state: "ok" });
    expect(found.row("platform's TLS").found).toMatch(/^mqtts\.heclouds\.com:8883 speaks TLSv1\.2, /);
    expect(found.row("time server")).toMatchObject({ state: "ok", found: "ntp.example answers" });
    expect(found.wrong).toEqual([]);
  });

  it("a wrong port, with what to do", async () => {
    const onenet = { ...COMPLETE.onenet, server: "127.0.0.1", port: 1 };
    const directory = boardFolder({ "attic.json": { ...COMPLETE, onenet } });
    const found = await look({ name: "attic", isOffline: false }, { directory });
    expect(found.row("platform's name")).toMatchObject({
      state: "wrong",
      found: "127.0.0.1 means the board itself, when used on a board",
    });
    expect(found.row("platform's port")).toMatchObject({
      state: "wrong",
      found: "nothing listens on 127.0.0.1:1",
      remedy: "compare onenet.port with the platform's page",
    });
  });

  it("a broker's fields are those of mqtt, and its settings are the broker's", async () => {
    const mqtt = { ...MQTT.mqtt, server: "localhost", port: 1 };
    const directory = boardFolder({ "attic.json": { ...MQTT, mqtt } });
    const found = await look({ name: "attic", isOffline: false }, { directory });
    expect(found.row("board file").found).toBe("Complete, esp32, mqtt");
    expect(found.row("token").found).toBe("mqtt has none");
    expect(found.row("platform's name").remedy).toContain("set mqtt.server to the network address");
    expect(found.row("platform's port").remedy).toBe("compare mqtt.port with the broker's settings");
  });

  describe("of several servers", () => {
    const LIST = { ...MQTT, mqtt: { ...MQTT.mqtt, server: ["first.example", "second.example:1884"] } };

    it("all are tried", async () => {
      const directory = boardFolder({ "attic.json": LIST });
      const open = await listen(() => undefined);
      const leads = { "first.example:1883": open, "second.example:1884": open };
      const found = await look({ name: "attic", isOffline: false, leads }, { directory });
      expect(found.row("platform's name")).toMatchObject({
        state: "ok",
        found: "first.example is 127.0.0.1; second.example is 127.0.0.1",
      });
      expect(found.row("platform's port")).toMatchObject({
        state: "ok",
        found: "first.example:1883 accepts connections; second.example:1884 accepts connections",
      });
    });

    it("it is a warning if some do not work, and wrong if none does", async () => {
      const directory = boardFolder({ "attic.json": LIST });
      const open = await listen(() => undefined);
      const port = async (leads: Record<string, number>) => {
        const found = await look({ name: "attic", isOffline: false, leads }, { directory });
        return found.row("platform's port");
      };
      expect(await port({ "first.example:1883": 1, "second.example:1884": open })).toMatchObject({
        state: "warning",
        found: "nothing listens on first.example:1883; second.example:1884 accepts connections",
        remedy: "the board goes on to the next server; compare mqtt.port with the broker's settings",
      });
      expect(await port({ "first.example:1883": 1, "second.example:1884": 1 })).toMatchObject({
        state: "wrong",
        found: "nothing listens on first.example:1883; nothing listens on second.example:1884",
        remedy: "compare mqtt.port with the broker's settings",
      });
    });

    it("an old product's own host is not found", async () => {
      const directory = boardFolder({ "attic.json": SUITE });
      const open = await listen(() => undefined);
      const leads = { "469948.mqtts.acc.cmcconenet.cn:1883": 1, "mqtts.heclouds.com:1883": open };
      const network = createNetwork(leads, 1000);
      const resolve = (host: string, port: number) =>
        host === "mqtts.heclouds.com"
          ? network.resolve(host, port)
          : Promise.reject(new Unreached("ENOTFOUND", "not found"));
      const found = await look(
        { name: "attic", isOffline: false },
        { directory, network: { ...network, resolve } },
      );
      expect(found.row("platform's name")).toMatchObject({
        state: "warning",
        found: "469948.mqtts.acc.cmcconenet.cn is not found: ENOTFOUND; mqtts.heclouds.com is 127.0.0.1",
        remedy: expect.stringMatching(/^the board goes on to the next server; /) as string,
      });
    });

    it("over TLS, each does a handshake", async () => {
      const onenet = { ...SUITE.onenet, expires: "+365d", tls: true };
      const directory = boardFolder({ "attic.json": { ...SUITE, onenet } });
      const own = await listen((socket) => socket.end("MQTT"));
      const common = await tlsServer(() => undefined);
      const leads = { "469948.mqttstls.acc.cmcconenet.cn:8883": own, "mqttstls.heclouds.com:8883": common };
      const found = await look({ name: "attic", isOffline: false, leads }, { directory });
      expect(found.row("platform's TLS")).toMatchObject({
        state: "warning",
        found: expect.stringMatching(
          /^no handshake with 469948\.mqttstls\.acc\.cmcconenet\.cn:8883: .+; mqttstls\.heclouds\.com:8883 speaks TLSv1\.2, /,
        ) as string,
      });
      expect(found.wrong).toEqual([]);
    });
  });

  it("a wrong clock on this computer", async () => {
    const directory = boardFolder({ "attic.json": { ...TLS, time: { server: "ntp.example", zone: 8 } } });
    const leads = {
      [`${server}:${port}`]: await tlsServer(() => undefined),
      "ntp.example:123": await answerDatagrams(() => timeAnswer(Date.now() + 3_600_000)),
    };
    const found = await look({ name: "attic", isOffline: false, leads }, { directory });
    expect(found.row("time server")).toMatchObject({
      state: "warning",
      found: expect.stringMatching(/clock is (3600|3599) s behind$/) as string,
    });
  });
});

/** @returns the port of a TLS server with a self-signed certificate */
async function tlsServer(asked: (name: string) => void): Promise<number> {
  const server: Server = createServer(await makeCertificate({ commonName: "test" }), (socket) => {
    socket.on("error", () => socket.destroy());
    asked((socket as unknown as { servername: string }).servername);
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
