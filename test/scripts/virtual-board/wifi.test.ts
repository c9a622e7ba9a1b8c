import { describe, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { ALL_CHIPS, bench, HOME, output } from "./lib.ts";

const EVENTS = `
  var W = require("Wifi");
  W.on("associated", function (d) { print("associated " + d.ssid); });
  W.on("connected", function (d) { print("connected " + JSON.stringify(d)); });
  W.on("disconnected", function (d) { print("disconnected " + JSON.stringify(d)); });`;

const JOIN = `W.connect("home", {password: "secret"}, function (e) { print("callback " + e); });`;

const AIR = [{ ssid: "home", password: "secret", rssi: -61 }] as const;

describe("Wifi on ESP32", () => {
  it("associates, calls back and reports its address, never inside connect", async () => {
    const { lines, seen } = await bench(`${EVENTS}${JOIN} print("returned");`, { air: AIR });
    await seen("connected");
    expect(lines).toEqual([
      "returned",
      "associated home",
      "callback null",
      'connected {"ip":"192.168.1.20","netmask":"255.255.255.0","gw":"192.168.1.1"}',
    ]);
  });

  it.each([
    ["no such access point", [], '"mac":"00:00:00:00:00:00","reason":"201","msg":"NO_AP_FOUND"'],
    ["a wrong password", [{ ssid: "home", password: "x" }], '"reason":"15","msg":"4WAY_HANDSHAKE_TIMEOUT"'],
  ])("reports %s once, stays down, and never calls back", async (_, air, details) => {
    const { board, lines, seen } = await bench(EVENTS + JOIN, { air });
    expect(await seen("disconnected")).toContain(details);
    board.air.add(AIR[0]);
    await board.clock.advance(600_000);
    expect(lines).toHaveLength(1);
  });

  it("stays down after a lost connection until the program connects again", async () => {
    const script = `${EVENTS}${JOIN} setTimeout(function () { print("again"); ${JOIN} }, 600000);`;
    const { board, lines, seen } = await bench(script, { air: AIR });
    await seen("connected");
    const states: string[] = [];
    board.on("wifi", (state) => states.push(state));
    board.air.drop();
    expect(await seen("disconnected")).toContain('"reason":"200","msg":"BEACON_TIMEOUT"');
    await board.clock.advance(599_000);
    expect(states).toEqual(["off"]);
    await board.clock.advance(2_000);
    expect(lines.slice(4)).toEqual(["again", "associated home", "callback null", lines[2]]);
    expect(states).toEqual(["off", "connecting", "connected"]);
  });

  it("has the signal strength in getStatus, not in getDetails", async () => {
    const script = `var W = require("Wifi"); print(W.getStatus().rssi, W.getIP().ip, W.getIP().mac);
      W.connect("home", {password: "secret"}, function () {
        print(W.getStatus().rssi, W.getDetails().rssi, W.getDetails().status, W.getIP().ip); print("done");
      });`;
    expect(await output(script, { air: AIR })).toEqual([
      "undefined 0.0.0.0 24:0a:c4:00:00:01",
      "-61 undefined connected 192.168.1.20",
    ]);
  });

  it("checks its arguments like the interpreter", async () => {
    const script = `var W = require("Wifi");
      [[5], ["a", 5], ["a", {password: 5}], ["a", {}, 5]].forEach(function (a) {
        try { W.connect(a[0], a[1], a[2]); } catch (e) { print(e.message); } });
      print("done");`;
    expect(await output(script)).toEqual([
      "No SSID provided",
      "Expecting Object, got Number",
      "Expecting options.password to be a string but got Number",
      "Expecting callback function but got Number",
    ]);
  });

  it("calls the callbacks of stopAP and disconnect, and reports that it left", async () => {
    const script = `${EVENTS} W.stopAP(function () { print("stopped"); });
      W.connect("home", {}, function () { W.disconnect(function () { print("done"); }); });`;
    const lines = await output(script, { air: HOME });
    expect(lines[0]).toBe("stopped");
    expect(lines.at(-1)).toContain('"reason":"8","msg":"ASSOC_LEAVE"');
  });
});

describe("Wifi on ESP8266", () => {
  it("calls back on failure, with its own wrong reasons, and joins by itself later", async () => {
    const { board, seen } = await bench(EVENTS + JOIN, { chip: "esp8266" });
    expect(await seen("callback")).toBe("callback no_ap_found");
    expect(await seen("disconnected")).toContain('"reason":"beacon_timeout"');
    board.air.add(AIR[0]);
    await board.clock.advance(5_000);
    expect(await seen("connected")).toContain('"mask":"255.255.255.0"');
  });
});

describe("Wifi.setIP [chip F55]", () => {
  const OWN = '{ip: "192.168.1.50", gw: "192.168.1.1", netmask: "255.255.255.0"}';

  it.each(ALL_CHIPS)("gives an %s an address of its own only if it is an ESP8266", async (chip) => {
    const script = `${EVENTS}${JOIN} W.setIP(${OWN}, function (e) { print("set " + e); });`;
    const { lines, seen } = await bench(script, { chip, air: AIR });
    expect(await seen("connected")).toContain(
      chip === "esp8266" ? '"ip":"192.168.1.50"' : '"ip":"192.168.1.20"',
    );
    expect(lines[0]).toBe("set null");
  });

  it("is undone by setHostname on an ESP8266", async () => {
    const script = `${EVENTS}${JOIN} W.setIP(${OWN}, function () {}); W.setHostname("lamp");`;
    const { seen } = await bench(script, { chip: "esp8266", air: AIR });
    expect(await seen("connected")).toContain('"ip":"192.168.1.20"');
  });

  it("checks its arguments like the interpreter", async () => {
    const script = `var W = require("Wifi");
      [[5], [{}], [{ip: 5}], [{ip: "192.168.1.50"}], [{ip: "192.168.1.50", gw: "192.168.1.1"}], [${OWN}]].forEach(function (a) {
        try { W.setIP(a[0], a[1]); } catch (e) { print(e.message); } });
      print("done");`;
    expect(await output(script)).toEqual([
      "Expecting Object, got Number",
      "Not a valid IP address",
      "Expecting Object, got Number",
      "Not a valid Gateway address",
      "Not a valid Netmask",
      "Callback is not a function",
    ]);
  });
});

describe("names and passwords", () => {
  it("are UTF-8 bytes, by radio as in the program", async () => {
    const { lines, seen } = await bench(
      `${EVENTS} W.connect("教室", {password: "口令口令"}, function () { print(W.getDetails().ssid); });`,
      { air: [{ ssid: "教室", password: "口令口令" }] },
    );
    await seen("connected");
    expect(lines.slice(0, 2)).toEqual(["associated 教室", "教室"]);
  });

  it("may be bytes in another encoding", async () => {
    const air = [{ ssid: { hex: "bfa7b7c8" }, password: { hex: "bfa7b7c832303236" } }];
    const script = `${EVENTS} W.connect("\\xbf\\xa7\\xb7\\xc8", {password: "\\xbf\\xa7\\xb7\\xc82026"});`;
    const { board, seen } = await bench(script, { air });
    await seen("connected");
    board.air.remove({ hex: "BFA7B7C8" });
    expect(await seen("disconnected")).toContain("BEACON_TIMEOUT");
  });

  it.each(ALL_CHIPS)("are cut on an %s: a name to 31 bytes, a password to 63 [chip F47]", async (chip) => {
    const [name, password] = ["n".repeat(32), "p".repeat(64)];
    const script = (ssid: string, secret: string) =>
      `${EVENTS} W.connect("${ssid}", {password: "${secret}"}, function () {});`;
    const lost = await bench(script(name, "x"), { chip, air: [{ ssid: name }] });
    expect(await lost.seen("disconnected")).toContain(`"ssid":"${"n".repeat(31)}"`);
    const refused = await bench(script("home", password), { chip, air: [{ ssid: "home", password }] });
    expect(await refused.seen("disconnected")).toMatch(/4way_handshake/i);
    const joined = await bench(script(name.slice(1), password.slice(1)), {
      chip,
      air: [{ ssid: name.slice(1), password: password.slice(1) }],
    });
    await joined.seen("connected");
  });
});

describe("Wifi.save [chip F26]", () => {
  const NETWORKS = [{ ssid: "home", password: "secret" }, { ssid: "old" }] as const;
  const KEEP = `W.connect("old", {}, function () { W.save(); print("kept"); });`;

  it.each(ALL_CHIPS)("keeps a network that replaces the program's at each boot of an %s", async (chip) => {
    const storage = new Map<string, string>();
    const first = await bench(EVENTS + KEEP, { chip, air: NETWORKS, storage });
    await first.seen("kept");
    expect(storage.get(".wificfg")).toContain("old");
    const second = await bench(EVENTS + JOIN, { chip, air: NETWORKS, storage });
    await second.seen("connected");
    expect(second.lines.slice(0, 2)).toEqual(["associated old", "callback null"]);
  });

  it("restores it after a reboot, but not after load(), which does not restart the chip", async () => {
    const storage = new Map([[".wificfg", '{ssid:"old",password:"",mode:1}']]);
    const script = `${EVENTS} var first = !require("Storage").read("x"); require("Storage").write("x", "1");
      if (!first) ${JOIN} else setTimeout(load, 1);`;
    const { board, lines } = await bench(script, {
      air: NETWORKS,
      storage,
      clock: createClock(Date.UTC(2026, 0, 1)),
    });
    await board.clock.advance(100);
    expect(lines[0]).toBe("associated home");
    expect(lines).not.toContain("associated old");
  });

  it('forgets it with "clear" before the first idle loop', async () => {
    const storage = new Map([[".wificfg", '{ssid:"old",password:"",mode:1}']]);
    const { lines, seen } = await bench(`${EVENTS} W.save("clear"); ${JOIN}`, { air: NETWORKS, storage });
    await seen("connected");
    expect(lines[0]).toBe("associated home");
    expect(storage.size).toBe(0);
  });
});

it("a second connect replaces a pending first one", async () => {
  const { lines, seen } = await bench(
    `${EVENTS} W.connect("nowhere", {}, function () { print("never"); }); ${JOIN}`,
    { air: AIR },
  );
  await seen("connected");
  expect(lines.slice(0, 2)).toEqual(["associated home", "callback null"]);
});

it("a lost address is not reported, and cuts off the network [chip F49]", async () => {
  const script = `${EVENTS} W.connect("home", {password: "secret"}, function () {}); function look() {
    try { require("net").connect({host: "a.example", port: 1}); } catch (e) { print(W.getStatus().station, W.getIP().ip, e.message); }
  }`;
  const { board, lines, seen } = await bench(script, { air: AIR, network: { "a.example:1": 1 } });
  await seen("connected");
  lines.length = 0;
  board.air.loseAddress();
  board.type("look()\n");
  await seen("connected 0.0.0.0");
  expect(lines).toEqual(["connected 0.0.0.0 Unable to locate host"]);
  board.air.giveAddress();
  await seen("connected {");
});
