import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createSession, type Session, type SessionOptions } from "../../../src/mqtt/session.ts";
import { bytes, hex } from "../../lib/bytes.ts";

const OPTIONS: SessionOptions = {
  logIn: () => ({ clientId: "dev", cleanSession: true, keepAlive: 10 }),
  pingPeriod: 2000,
  responseTimeout: 5000,
  maximumInFlight: 3,
  maximumPacket: 100,
};

/** The names of `Ended`, in its order. */
const REASONS = ["Refused", "NoConnack", "NoPingresp", "NoAcknowledgement", "Protocol"];

const CONNECT = "10 0f 00 04 'MQTT' 04 02 00 0a 00 03 'dev'";
const ACCEPTED = "20 02 00 00";
const PINGREQ = "c0 00";
const PINGRESP = "d0 00";

/** What came out of the session since it was last asked, a line each. */
let out: string[];
/** What the transport says to the bytes that it is given. */
let takes: boolean;
let session: Session;

/** The bytes as the session's `send` is logged. */
function sends(text: string): string {
  return `send ${hex(bytes(text))}`;
}

function start(options: Partial<SessionOptions> = {}): void {
  out = [];
  takes = true;
  session = createSession(
    { ...OPTIONS, ...options },
    {
      send: (data) => {
        out.push(`send ${hex(data)}`);
        return takes;
      },
      online: (sessionPresent) => out.push(`online ${sessionPresent}`),
      message: (topic, payload) => out.push(`message ${topic} ${payload}`),
      published: (id, acknowledged) => out.push(`published ${id} ${acknowledged}`),
      subscribed: (id, codes) => out.push(`subscribed ${id} ${hex(codes)}`.trim()),
      ended: (why, detail) => out.push(`ended ${REASONS[why]} ${detail}`.trim()),
    },
  );
}

/** What comes out when these bytes arrive. */
function receive(text: string): string[] {
  return after(() => session.receive(bytes(text)));
}

/** What comes out at this time. */
function at(now: number): string[] {
  return after(() => session.tick(now));
}

function after(action: () => void): string[] {
  out = [];
  action();
  return out;
}

beforeEach(() => start());

describe("logging in", () => {
  it("sends CONNECT and nothing before the transport is there", () => {
    expect(after(() => session.publish("t", "x", 0))).toEqual([]);
    expect(after(() => session.open())).toEqual([sends(CONNECT)]);
  });

  it("is online after CONNACK 0", () => {
    session.open();
    expect(receive(ACCEPTED)).toEqual(["online false"]);
  });

  it("tells a session present", () => {
    session.open();
    expect(receive("20 02 01 00")).toEqual(["online true"]);
  });

  it.each([1, 2, 3, 4, 5])("ends with the return code %i of a refusal", (code) => {
    session.open();
    expect(receive(`20 02 00 0${code}`)).toEqual([`ended Refused ${code}`]);
    expect(session.publish("t", "x", 0)).toBe(-1);
  });

  it.each(["d0 00", "30 04 00 01 't' '1'", "40 02 00 01", "90 03 00 01 00"])(
    "takes nothing before CONNACK: %s",
    (first) => {
      session.open();
      expect(receive(first)).toEqual(["ended Protocol MQTT-3.2.0-1"]);
    },
  );

  it("ends when no CONNACK comes in time", () => {
    session.tick(1000);
    session.open();
    expect(at(5999)).toEqual([]);
    expect(at(6000)).toEqual(["ended NoConnack"]);
    expect(at(60000)).toEqual([]);
  });

  it("can be opened again", () => {
    session.open();
    receive("20 02 00 03");
    expect(after(() => session.open())).toEqual([sends(CONNECT)]);
    expect(receive(ACCEPTED)).toEqual(["online false"]);
  });

  it("leaves half a packet of the last connection behind", () => {
    session.open();
    receive("20 02");
    session.close();
    session.open();
    expect(receive(ACCEPTED)).toEqual(["online false"]);
  });
});

describe("online", () => {
  beforeEach(() => {
    session.open();
    receive(ACCEPTED);
  });

  it("does not take a second CONNACK", () => {
    expect(receive(ACCEPTED)).toEqual(["ended Protocol MQTT-3.2"]);
  });

  it("hands on messages at QoS 0", () => {
    expect(receive("30 06 00 01 't' 'abc'")).toEqual(["message t abc"]);
  });

  it("hands on messages at QoS 1 and acknowledges them after", () => {
    expect(receive("32 08 00 01 't' 01 02 'abc'")).toEqual(["message t abc", sends("40 02 01 02")]);
  });

  it("does not take QoS 2, which it never asked for", () => {
    expect(receive("34 08 00 01 't' 01 02 'abc'")).toEqual(["ended Protocol MQTT-3.3.5-1"]);
  });

  it.each(["50 02 00 01", "62 02 00 01", "70 02 00 01"])(
    "does not take QoS 2's acknowledgement %s",
    (packet) => {
      expect(receive(packet)).toEqual(["ended Protocol MQTT-4.3.3"]);
    },
  );

  it("passes over acknowledgements of what it does not await", () => {
    expect(receive("40 02 00 07 90 03 00 07 00 b0 02 00 07 d0 00")).toEqual([]);
  });

  it("ends at malformed bytes, with what came before them handed on and nothing after", () => {
    expect(receive("30 04 00 01 't' '1' f0 00 30 04 00 01 't' '2'")).toEqual([
      "message t 1",
      "ended Protocol MQTT-2.2.1",
    ]);
  });

  it("ends at a packet over its limit", () => {
    expect(receive("30 65")).toEqual(["ended Protocol MQTT-2.2.3"]);
  });

  it("hands on nothing that stands behind the end of the session in one chunk", () => {
    expect(receive(`${ACCEPTED} 30 04 00 01 't' '2'`)).toEqual(["ended Protocol MQTT-3.2"]);
  });

  it("publishes at QoS 0 and keeps nothing", () => {
    expect(after(() => expect(session.publish("t", "x", 0)).toBe(0))).toEqual([sends("30 04 00 01 't' 'x'")]);
    expect(after(() => session.close())).toEqual([]);
  });

  it("tells a publish at QoS 0 that the transport did not take", () => {
    takes = false;
    expect(session.publish("t", "x", 0)).toBe(-1);
  });

  it("publishes at QoS 1 until it is acknowledged", () => {
    expect(after(() => expect(session.publish("t", "x", 1)).toBe(1))).toEqual([
      sends("32 06 00 01 't' 00 01 'x'"),
    ]);
    expect(receive("40 02 00 01")).toEqual(["published 1 true"]);
    expect(receive("40 02 00 01")).toEqual([]);
  });

  it("settles by packet identifier, in any order", () => {
    session.publish("t", "x", 1);
    session.publish("t", "y", 1);
    expect(receive("40 02 00 02 40 02 00 01")).toEqual(["published 2 true", "published 1 true"]);
  });

  it("does not let SUBACK settle a publish, nor PUBACK a subscription", () => {
    expect(session.publish("t", "x", 1)).toBe(1);
    expect(session.subscribe(["t"], 0)).toBe(2);
    expect(receive("90 03 00 01 00 40 02 00 02")).toEqual([]);
    expect(receive("90 03 00 02 00 40 02 00 01")).toEqual(["subscribed 2 00", "published 1 true"]);
  });

  it("has no more in flight than its bound, QoS 0 aside", () => {
    expect([1, 2, 3, 4].map(() => session.publish("t", "x", 1))).toEqual([1, 2, 3, -1]);
    expect(session.subscribe(["t"], 0)).toBe(-1);
    expect(session.publish("t", "x", 0)).toBe(0);
    receive("40 02 00 02");
    expect(session.publish("t", "x", 1)).toBe(4);
  });

  it("gives up what is in flight with the connection", () => {
    session.publish("t", "x", 1);
    session.subscribe(["t"], 0);
    expect(after(() => session.close())).toEqual(["published 1 false", "subscribed 2"]);
    expect(receive("40 02 00 01")).toEqual([]);
  });

  it("gives up what is in flight before it tells that it ended", () => {
    session.publish("t", "x", 1);
    expect(receive("f0 00")).toEqual(["published 1 false", "ended Protocol MQTT-2.2.1"]);
  });

  it("subscribes, and tells what was granted", () => {
    expect(after(() => expect(session.subscribe(["a", "b"], 1)).toBe(1))).toEqual([
      sends("82 0a 00 01 00 01 'a' 01 00 01 'b' 01"),
    ]);
    expect(receive("90 04 00 01 01 80")).toEqual(["subscribed 1 01 80"]);
  });

  it("does not take a SUBACK with more or fewer codes than topic filters", () => {
    session.subscribe(["a", "b"], 1);
    expect(receive("90 03 00 01 01")).toEqual(["subscribed 1", "ended Protocol MQTT-3.8.4-5"]);
  });

  it("ends when a publish is not acknowledged in time", () => {
    session.tick(1000);
    session.publish("t", "x", 1);
    at(3000);
    receive(PINGRESP);
    at(5000);
    receive(PINGRESP);
    expect(at(5999)).toEqual([]);
    expect(at(6000)).toEqual(["published 1 false", "ended NoAcknowledgement 3"]);
  });

  it("ends when a subscription is not acknowledged in time", () => {
    session.subscribe(["a"], 1);
    expect(at(5000)).toEqual(["subscribed 1", "ended NoAcknowledgement 8"]);
  });

  it("refuses a topic that is too long before anything is sent or kept", () => {
    expect(after(() => expect(() => session.publish("t".repeat(65536), "", 1)).toThrow(/65535/))).toEqual([]);
    expect(after(() => session.close())).toEqual([]);
  });

  it("never has one packet identifier twice in flight, nor 0", () => {
    start({ maximumInFlight: 3 });
    session.open();
    receive(ACCEPTED);
    const held = session.publish("t", "held", 1);
    let last = 0;
    for (let i = 0; i < 70000; i++) {
      last = session.publish("t", "x", 1);
      if (last === held || last < 1 || last > 65535) break;
      session.receive(`\x40\x02${String.fromCharCode(last >> 8, last & 255)}`);
    }
    // 65534 identifiers are free beside the one that is held, and they come round in order.
    expect([held, last]).toEqual([1, (70000 % 65534) + 1]);
  });
});

describe("the ping", () => {
  beforeEach(() => {
    session.open();
    receive(ACCEPTED);
  });

  it("goes out when nothing else did for the period", () => {
    expect(at(1999)).toEqual([]);
    expect(at(2000)).toEqual([sends(PINGREQ)]);
    receive(PINGRESP);
    expect(at(3000)).toEqual([]);
    session.publish("t", "x", 0);
    expect(at(4000)).toEqual([]);
    expect(at(5000)).toEqual([sends(PINGREQ)]);
  });

  it("is not sent again before it is answered", () => {
    expect(at(2000)).toEqual([sends(PINGREQ)]);
    expect(at(4000)).toEqual([]);
  });

  it("ends the session when it is not answered in time, whatever else arrives", () => {
    at(2000);
    receive("30 03 00 01 't'");
    expect(at(6999)).toEqual([]);
    expect(at(7000)).toEqual(["ended NoPingresp"]);
  });

  it("is never sent when its period is 0", () => {
    start({ pingPeriod: 0 });
    session.open();
    receive(ACCEPTED);
    expect(at(1e9)).toEqual([]);
  });
});

describe("any bytes at any time", () => {
  type Step = { receive: string } | { tick: number } | { wish: "open" | "publish" | "subscribe" | "close" };
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((data) => Buffer.from(data).toString("latin1")),
    fc.constantFrom(
      ...[
        "20 02 00 00",
        "40 02 00 01",
        "90 03 00 02 00",
        "30 04 00 01 't' '1'",
        "d0 00",
        "32 06 00 01 't' 00 01 'x'",
      ].map(bytes),
    ),
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ receive: chunk }) },
    { weight: 2, arbitrary: fc.record({ tick: fc.integer({ min: 0, max: 3000 }) }) },
    { weight: 3, arbitrary: fc.record({ wish: fc.constantFrom("open", "publish", "subscribe", "close") }) },
  );

  it("raise no exception, settle each packet once, and end the session at most once an opening", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        start();
        let now = 0;
        let openings = 0;
        const awaited = new Set<number>();
        for (const step of steps) {
          let id = 0;
          out = [];
          if ("receive" in step) session.receive(step.receive);
          else if ("tick" in step) session.tick((now += step.tick));
          else if (step.wish === "publish") id = session.publish("t", "x", 1);
          else if (step.wish === "subscribe") id = session.subscribe(["t"], 1);
          else session[step.wish]();
          if ("wish" in step && step.wish === "open") openings++;
          if (id > 0) {
            expect(awaited.has(id)).toBe(false);
            awaited.add(id);
          }
          for (const line of out) {
            if (/^(publish|subscrib)ed/.test(line))
              expect(awaited.delete(Number(line.split(" ")[1]))).toBe(true);
            if (line.startsWith("ended")) expect(--openings).toBeGreaterThanOrEqual(0);
          }
          expect(awaited.size).toBeLessThanOrEqual(OPTIONS.maximumInFlight);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
