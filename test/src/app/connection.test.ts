import { beforeEach, describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import {
  createConnection,
  WAITING_LIMIT,
  OPEN_TIMEOUT,
  STABLE_AFTER,
  type Connection,
} from "../../../src/app/connection.ts";
import type { LinkEvents } from "../../../src/app/link.ts";
import { bytes, hex } from "../../support/bytes.ts";

/** What happened since the last look, one line each. */
let seen: string[];
let link: LinkEvents;
let connection: Connection;
let now: number;
let full: boolean;
/** How often the connection went to the next server. */
let changes: number;
/** Whether the server that failed was the last. */
let isRoundOver: boolean;

beforeEach(() => {
  seen = [];
  now = 0;
  full = false;
  changes = 0;
  isRoundOver = true;
  connection = createConnection({
    session: {
      logIn: () => ({ clientId: "d", cleanSession: true, keepAlive: 10 }),
      pingPeriod: 0,
      responseTimeout: 5000,
      maximumInFlight: 4,
      maximumPacket: 100,
      lastId: 0,
    },
    logInAdvice: () => ": check the board file",
    nextAddress: () => "example.com:6002",
    nextServer() {
      changes++;
      return isRoundOver;
    },
    createLink(events) {
      link = events;
      return {
        open: () => seen.push("open"),
        write(data) {
          seen.push(`write ${hex(data)}`);
          return true;
        },
        isFull: () => full,
        isIdle: () => true,
        close: () => seen.push("close"),
      };
    },
    backoff: { longest: 60_000, random: () => 0 },
    say: (line) => seen.push(line),
    online: () => seen.push("online"),
    offline: () => seen.push("offline"),
    refused: () => seen.push("refused"),
    message: (topic, payload) => seen.push(`message ${topic} ${payload}`),
    published: (id, acknowledged) => seen.push(`published ${id} ${acknowledged}`),
    subscribed: (id, codes) => seen.push(`subscribed ${id} ${hex(codes)}`),
    drained: () => seen.push("drained"),
  });
});

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

function pass(ms: number): string[] {
  return after(() => connection.tick((now += ms)));
}

function logIn(): void {
  connection.setNetwork(true);
  link.connected();
  link.received(bytes("20 02 00 00"));
}

const OPENED = ["OneNET: connecting to example.com:6002", "open"];

it("waits for the network, opens the link, logs in and is online", () => {
  expect(pass(5000)).toEqual([]);
  expect(after(() => connection.setNetwork(true))).toEqual(OPENED);
  expect(after(() => link.connected())).toEqual([
    `write ${hex(bytes("10 0d 00 04 'MQTT' 04 02 00 0a 00 01 'd'"))}`,
  ]);
  expect(after(() => link.received(bytes("20 02 00 00")))).toEqual(["OneNET: online", "online"]);
  expect(after(() => link.received(bytes("30 05 00 01 't' 'on'")))).toEqual(["message t on"]);
});

it("opens one link, however often the network reports that it is up", () => {
  connection.setNetwork(true);
  expect(after(() => connection.setNetwork(true))).toEqual([]);
});

it("reports a refused connection and retries after growing waits", () => {
  connection.setNetwork(true);
  expect(after(() => link.closed("Unable to create socket"))).toEqual([
    "close",
    "OneNET: no connection: Unable to create socket; next try in 1 s",
  ]);
  expect(pass(999)).toEqual([]);
  expect(pass(1)).toEqual(OPENED);
  expect(after(() => link.closed("Unable to locate host")).at(-1)).toBe(
    "OneNET: no connection: Unable to locate host; next try in 2 s",
  );
  expect(pass(1000)).toEqual([]);
  expect(pass(1000)).toEqual(OPENED);
});

it("does not wait forever for a link to open", () => {
  connection.setNetwork(true);
  expect(pass(OPEN_TIMEOUT - 1)).toEqual([]);
  expect(pass(1)).toEqual(["close", "OneNET: no connection: no answer; next try in 1 s"]);
});

describe("each end of a session is reported and followed by a retry", () => {
  const ends: [name: string, end: () => void, line: string][] = [
    [
      "bad credentials",
      () => link.received(bytes("20 02 00 04")),
      "log-in refused, code 4: check the board file",
    ],
    ["no rights", () => link.received(bytes("20 02 00 05")), "log-in refused, code 5: check the board file"],
    ["server unavailable", () => link.received(bytes("20 02 00 03")), "log-in refused, code 3"],
    ["no CONNACK", () => connection.tick((now += 5000)), "no answer to the log-in"],
    ["nonsense", () => link.received(bytes("ff")), "the server broke MQTT-2.2.1"],
    ["a cut before CONNACK", () => link.closed("closed by the server"), "link lost: closed by the server"],
  ];
  it.each(ends)("%s", (_name, end, line) => {
    connection.setNetwork(true);
    link.connected();
    // Retrying soon what the server refuses is pointless.
    const isRefused = line.includes("check");
    const wait = isRefused ? 60 : 1;
    const reported = after(end);
    expect(reported.slice(0, 2)).toEqual(["close", `OneNET: ${line}; next try in ${wait} s`]);
    expect(reported.slice(2)).toEqual(isRefused ? ["refused"] : []);
    expect(pass(wait * 1000)).toEqual(OPENED);
  });

  it("a link lost while online, after giving up everything in flight", () => {
    logIn();
    connection.publish(sized("t"), "x", 1);
    expect(after(() => link.closed("closed by the server"))).toEqual([
      "offline",
      "published 1 false",
      "close",
      "OneNET: link lost: closed by the server soon after the log-in: is another board using this device?; next try in 1 s",
    ]);
  });

  it("a publish and a subscription that are not acknowledged", () => {
    logIn();
    connection.publish(sized("t"), "x", 1);
    expect(pass(5000).at(-1)).toBe("OneNET: a publish was not acknowledged; next try in 1 s");
    pass(1000);
    link.connected();
    link.received(bytes("20 02 00 00"));
    connection.subscribe(["t"].map(sized), 1);
    expect(pass(5000).at(-1)).toBe("OneNET: a subscription was not acknowledged; next try in 2 s");
  });
});

it("publishes nothing while the link is full, and reports when it has room again", () => {
  logIn();
  full = true;
  expect(connection.publish(sized("t"), "x", 1)).toBe(-1);
  full = false;
  expect(after(() => link.drained())).toEqual(["drained"]);
  expect(connection.publish(sized("t"), "x", 1)).toBe(1);
});

it("knows whether it is online", () => {
  expect(connection.isOnline()).toBe(false);
  logIn();
  expect(connection.isOnline()).toBe(true);
  connection.setNetwork(false);
  expect(connection.isOnline()).toBe(false);
});

it("waits longer each time the server cuts it off soon after the log-in", () => {
  const lines: (string | undefined)[] = [];
  connection.setNetwork(true);
  for (const wait of [1000, 2000, 4000]) {
    link.connected();
    link.received(bytes("20 02 00 00"));
    lines.push(after(() => link.closed("cut")).at(-1));
    pass(wait);
  }
  expect(lines.map((line) => line?.replace(/.*; /, ""))).toEqual([1, 2, 4].map((s) => `next try in ${s} s`));
});

it("starts with a short wait again after a stable link", () => {
  connection.setNetwork(true);
  link.closed("x");
  pass(1000);
  link.closed("x");
  pass(2000);
  link.connected();
  link.received(bytes("20 02 00 00"));
  pass(STABLE_AFTER);
  expect(after(() => link.closed("x")).at(-1)).toBe("OneNET: link lost: x; next try in 1 s");
});

it("drops the link when the network goes, and opens it when the network returns", () => {
  logIn();
  expect(after(() => connection.setNetwork(false))).toEqual(["offline", "close"]);
  expect(pass(100_000)).toEqual([]);
  expect(after(() => connection.setNetwork(true))).toEqual(OPENED);
});

it("ends a wait when the network goes", () => {
  connection.setNetwork(true);
  link.closed("x");
  connection.setNetwork(false);
  expect(pass(100_000)).toEqual([]);
});

describe("a long packet", () => {
  const PIECES = ["31", "32", "33"].map(bytes);
  /** A message at QoS 1, and its acknowledgement. */
  const [MESSAGE, PUBACK] = [bytes("32 06 00 01 74 00 07 31"), "40 02 00 07"];

  function stream(): void {
    connection.stream((index) => PIECES[index] ?? "");
  }

  beforeEach(logIn);

  it("goes out in pieces, each when the send buffer is empty", () => {
    expect(after(stream)).toEqual(["write 31"]);
    expect(after(() => link.drained())).toEqual(["write 32"]);
    expect(after(() => link.drained())).toEqual(["write 33"]);
    expect(after(() => link.drained())).toEqual(["drained"]);
    expect(after(() => link.drained())).toEqual(["drained"]);
  });

  it("lets nothing in between: acknowledgements wait for its end, and nothing is published", () => {
    stream();
    expect(after(() => link.received(MESSAGE))).toEqual(["message t 1"]);
    expect(connection.publish(sized("a"), "b", 1)).toBe(-1);
    link.drained();
    link.drained();
    expect(after(() => link.drained())).toEqual([`write ${PUBACK}`, "drained"]);
    expect(connection.publish(sized("a"), "b", 1)).toBe(1);
  });

  it("ends with its link", () => {
    stream();
    link.received(MESSAGE);
    link.closed("gone");
    pass(60_000);
    link.connected();
    expect(after(() => link.received(bytes("20 02 00 00")))).toEqual(["OneNET: online", "online"]);
    expect(after(() => link.drained())).toEqual(["drained"]);
    expect(after(stream)).toEqual(["write 31"]);
  });

  it("does not fill the memory while a server that does not read sends", () => {
    stream();
    for (let i = 0; i < WAITING_LIMIT; i++) link.received(MESSAGE);
    link.drained();
    link.drained();
    const held = after(() => link.drained())[0] ?? "";
    expect(bytes(held.replace("write ", "")).length).toBe(WAITING_LIMIT);
  });
});

describe("a message in pieces", () => {
  const PIECES = ["ab", "cde", "f"];
  const pieces = (index: number): string => PIECES[index] ?? "";

  beforeEach(logIn);

  it("is one PUBLISH, each piece of which follows when the send buffer is empty", () => {
    const [first] = after(() => expect(connection.publishInPieces(sized("t"), pieces, 1)).toBe(1));
    expect(first).toBe("write 32 0b 00 01 74 00 01 61 62");
    expect(connection.publish(sized("a"), "b", 1)).toBe(-1);
    expect(after(() => link.drained())).toEqual(["write 63 64 65"]);
    expect(after(() => link.drained())).toEqual(["write 66"]);
    expect(after(() => link.drained())).toEqual(["drained"]);
    expect(connection.publish(sized("a"), "b", 1)).toBe(2);
  });

  it("may be longer than 127 bytes", () => {
    const long = (index: number): string => (index < 3 ? "x".repeat(100) : "");
    expect(after(() => connection.publishInPieces(sized("t"), long, 0))[0]).toMatch(
      /^write 30 af 02 00 01 74 78/,
    );
  });

  it("has no pieces if it cannot be sent", () => {
    connection.setNetwork(false);
    expect(connection.publishInPieces(sized("t"), pieces, 1)).toBe(-1);
    expect(after(() => link.drained())).toEqual(["drained"]);
  });
});

describe("with several servers", () => {
  it("goes to the next after a failure, and after a link that was soon lost", () => {
    connection.setNetwork(true);
    link.closed("refused");
    expect(changes).toBe(1);
    pass(1000);
    link.connected();
    link.received(bytes("20 02 00 00"));
    pass(STABLE_AFTER - 1);
    link.closed("gone");
    expect(changes).toBe(2);
  });

  it("stays with one that worked", () => {
    logIn();
    pass(STABLE_AFTER);
    link.closed("gone");
    expect(changes).toBe(0);
  });

  it("waits long after refused credentials only if every server had a try", () => {
    isRoundOver = false;
    connection.setNetwork(true);
    link.connected();
    expect(after(() => link.received(bytes("20 02 00 05"))).join()).toMatch(/code 5.*next try in 1 s/);
    pass(1000);
    isRoundOver = true;
    link.connected();
    expect(after(() => link.received(bytes("20 02 00 05"))).join()).toMatch(/code 5.*next try in 60 s/);
  });
});
