import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import {
  createSession,
  MAXIMUM_HELD,
  type SavedSession,
  type Session,
  type SessionOptions,
} from "../../../src/mqtt/session.ts";
import { bytes, hex } from "../../lib/bytes.ts";

const OPTIONS: SessionOptions = {
  logIn: () => ({ clientId: "dev", cleanSession: true, keepAlive: 10 }),
  pingPeriod: 2000,
  responseTimeout: 5000,
  maximumInFlight: 3,
  maximumPacket: 100,
  lastId: 0,
};

/** The names of `Ended`, in its order. */
const REASONS = ["Refused", "NoConnack", "NoPingresp", "NoAcknowledgement", "Protocol", "Overrun"];

const CONNECT = "10 0f 00 04 'MQTT' 04 02 00 0a 00 03 'dev'";
const ACCEPTED = "20 02 00 00";
const PINGREQ = "c0 00";
const PINGRESP = "d0 00";

/** What came out of the session since it was last asked, a line each. */
let out: string[];
/** What the transport says to the bytes that it is given. */
let takes: boolean;
/** Whether the transport has more than is good. */
let full: boolean;
/** What the receiver of a message does. */
let onMessage: () => void;
let session: Session;

/** The bytes as the session's `send` is logged. */
function sends(text: string): string {
  return `send ${hex(bytes(text))}`;
}

function start(options: Partial<SessionOptions> = {}): void {
  out = [];
  takes = true;
  full = false;
  onMessage = () => undefined;
  session = createSession(
    { ...OPTIONS, ...options },
    {
      send: (data) => {
        out.push(`send ${hex(data)}`);
        return takes;
      },
      isFull: () => full,
      online: (sessionPresent) => out.push(`online ${sessionPresent}`),
      message(topic, payload, isRetained) {
        out.push(`message ${topic} ${payload}${isRetained ? ", retained" : ""}`);
        onMessage();
      },
      published: (id, acknowledged) => out.push(`published ${id} ${acknowledged}`),
      subscribed: (id, codes) => out.push(`subscribed ${id} ${hex(codes)}`.trim()),
      tooLong: (size) => out.push(`too long ${size}`),
      fellBack: (why) => out.push(`fell back: ${why}`),
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
    expect(after(() => session.publish(sized("t"), "x", 0))).toEqual([]);
    expect(after(() => session.open())).toEqual([sends(CONNECT)]);
  });

  it("is online after CONNACK 0", () => {
    session.open();
    expect(receive(ACCEPTED)).toEqual(["online false"]);
  });

  it("takes no session that stayed when it asked for a clean one", () => {
    session.open();
    expect(receive("20 02 01 00")).toEqual(["ended Protocol 3.2.2-1"]);
  });

  it.each([1, 2, 3, 4, 5])("ends with the return code %i of a refusal", (code) => {
    session.open();
    expect(receive(`20 02 00 0${code}`)).toEqual([`ended Refused ${code}`]);
    expect(session.publish(sized("t"), "x", 0)).toBe(-1);
  });

  it.each(["d0 00", "30 04 00 01 't' '1'", "40 02 00 01", "90 03 00 01 00"])(
    "takes nothing before CONNACK: %s",
    (first) => {
      session.open();
      expect(receive(first)).toEqual(["ended Protocol 3.2.0-1"]);
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

  it("leaves half a packet behind that stood behind the end of a message which ended the last connection", () => {
    onMessage = () => session.close();
    session.open();
    receive(`${ACCEPTED} 30 05 00 01 't' 'a'`);
    receive("'b' 30 4e");
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
    expect(receive(ACCEPTED)).toEqual(["ended Protocol 3.2"]);
  });

  it("hands on messages at QoS 0", () => {
    expect(receive("30 06 00 01 't' 'abc'")).toEqual(["message t abc"]);
    expect(receive("31 06 00 01 't' 'abc'")).toEqual(["message t abc, retained"]);
  });

  it("hands on messages at QoS 1 and acknowledges them after", () => {
    expect(receive("32 08 00 01 't' 01 02 'abc'")).toEqual(["message t abc", sends("40 02 01 02")]);
  });

  it("passes over acknowledgements of what it does not await", () => {
    expect(receive("40 02 00 07 90 03 00 07 00 b0 02 00 07 d0 00")).toEqual([]);
  });

  it("ends at malformed bytes, with what came before them handed on and nothing after", () => {
    expect(receive("30 04 00 01 't' '1' f0 00 30 04 00 01 't' '2'")).toEqual([
      "message t 1",
      "ended Protocol 2.2.1",
    ]);
  });

  it("ends at an answer over its limit", () => {
    expect(receive("40 65")).toEqual(["ended Protocol 2.2.3"]);
  });

  it("passes over a message over its limit, and acknowledges it once it is past", () => {
    const long = "x".repeat(100);
    expect(receive("32 69 00 01 't' 01 02")).toEqual(["too long 100"]);
    expect(receive(`'${long.slice(1)}'`)).toEqual([]);
    expect(receive("'x' 30 04 00 01 't' '1'")).toEqual([sends("40 02 01 02"), "message t 1"]);
    expect(receive(`30 67 00 01 't' '${long}'`)).toEqual(["too long 100"]);
  });

  it("hands nothing of it on at QoS 2, and has it released", () => {
    expect(receive(`34 69 00 01 't' 01 02 '${"x".repeat(100)}'`)).toEqual([
      "too long 100",
      sends("50 02 01 02"),
    ]);
    expect(receive("62 02 01 02")).toEqual([sends("70 02 01 02")]);
  });

  it("hands on nothing that stands behind the end of the session in one chunk", () => {
    expect(receive(`${ACCEPTED} 30 04 00 01 't' '2'`)).toEqual(["ended Protocol 3.2"]);
  });

  it("ends once, though malformed bytes stand behind its end in one chunk", () => {
    expect(receive(`${ACCEPTED} f0 00`)).toEqual(["ended Protocol 3.2"]);
  });

  it("publishes at QoS 0 and keeps nothing", () => {
    expect(after(() => expect(session.publish(sized("t"), "x", 0)).toBe(0))).toEqual([
      sends("30 04 00 01 't' 'x'"),
      "published 0 true",
    ]);
    expect(after(() => session.close())).toEqual([]);
  });

  it("tells a publish at QoS 0 that the transport did not take", () => {
    takes = false;
    expect(after(() => expect(session.publish(sized("t"), "x", 0)).toBe(-1)).at(-1)).toBe(
      "published 0 false",
    );
  });

  it("publishes nothing while the transport has more than is good", () => {
    full = true;
    expect(
      after(() =>
        expect([0, 1, 2].map((qos) => session.publish(sized("t"), "x", qos as 0))).toEqual([-1, -1, -1]),
      ),
    ).toEqual([]);
    expect(receive("32 06 00 01 't' 00 01 'x'")).toEqual(["message t x", sends("40 02 00 01")]);
    full = false;
    expect(session.publish(sized("t"), "x", 1)).toBe(1);
  });

  it("publishes at QoS 1 until it is acknowledged", () => {
    expect(after(() => expect(session.publish(sized("t"), "x", 1)).toBe(1))).toEqual([
      sends("32 06 00 01 't' 00 01 'x'"),
    ]);
    expect(receive("40 02 00 01")).toEqual(["published 1 true"]);
    expect(receive("40 02 00 01")).toEqual([]);
  });

  it("settles by packet identifier, in any order", () => {
    session.publish(sized("t"), "x", 1);
    session.publish(sized("t"), "y", 1);
    expect(receive("40 02 00 02 40 02 00 01")).toEqual(["published 2 true", "published 1 true"]);
  });

  it("does not let SUBACK settle a publish, nor PUBACK a subscription", () => {
    expect(session.publish(sized("t"), "x", 1)).toBe(1);
    expect(session.subscribe(["t"].map(sized), 0)).toBe(2);
    expect(receive("90 03 00 01 00 40 02 00 02")).toEqual([]);
    expect(receive("90 03 00 02 00 40 02 00 01")).toEqual(["subscribed 2 00", "published 1 true"]);
  });

  it("has no more messages in flight than its bound, QoS 0 aside", () => {
    expect([1, 2, 3, 4].map(() => session.publish(sized("t"), "x", 1))).toEqual([1, 2, 3, -1]);
    expect(session.publish(sized("t"), "x", 0)).toBe(0);
    receive("40 02 00 02");
    expect(session.publish(sized("t"), "x", 1)).toBe(4);
  });

  it("gives up what is in flight with the connection", () => {
    session.publish(sized("t"), "x", 1);
    session.subscribe(["t"].map(sized), 0);
    expect(after(() => session.close())).toEqual(["published 1 false", "subscribed 2"]);
    expect(receive("40 02 00 01")).toEqual([]);
  });

  it("gives up what is in flight before it tells that it ended", () => {
    session.publish(sized("t"), "x", 1);
    expect(receive("f0 00")).toEqual(["published 1 false", "ended Protocol 2.2.1"]);
  });

  it("subscribes, and tells what was granted", () => {
    expect(after(() => expect(session.subscribe(["a", "b"].map(sized), 1)).toBe(1))).toEqual([
      sends("82 0a 00 01 00 01 'a' 01 00 01 'b' 01"),
    ]);
    expect(receive("90 04 00 01 01 80")).toEqual(["subscribed 1 01 80"]);
  });

  it("does not take a SUBACK with more or fewer codes than topic filters", () => {
    session.subscribe(["a", "b"].map(sized), 1);
    expect(receive("90 03 00 01 01")).toEqual(["subscribed 1", "ended Protocol 3.8.4-5"]);
  });

  it("ends when a publish is not acknowledged in time", () => {
    session.tick(1000);
    session.publish(sized("t"), "x", 1);
    at(3000);
    receive(PINGRESP);
    at(5000);
    receive(PINGRESP);
    expect(at(5999)).toEqual([]);
    expect(at(6000)).toEqual(["published 1 false", "ended NoAcknowledgement true"]);
  });

  it("ends when a subscription is not acknowledged in time", () => {
    session.subscribe(["a"].map(sized), 1);
    expect(at(5000)).toEqual(["subscribed 1", "ended NoAcknowledgement false"]);
  });

  it("never has one packet identifier twice in flight, nor 0", () => {
    start({ maximumInFlight: 3 });
    session.open();
    receive(ACCEPTED);
    const held = session.publish(sized("t"), "held", 1);
    let last = 0;
    for (let i = 0; i < 70000; i++) {
      last = session.publish(sized("t"), "x", 1);
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
    session.publish(sized("t"), "x", 1);
    receive("40 02 00 01");
    expect(at(4000)).toEqual([]);
    expect(at(5000)).toEqual([sends(PINGREQ)]);
  });

  it("goes out when the server said nothing for the period, whatever the board sends", () => {
    at(1000);
    session.publish(sized("t"), "x", 0);
    expect(at(2000)).toEqual([sends(PINGREQ)]);
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

describe("QoS 2, sent", () => {
  beforeEach(() => {
    session.open();
    receive(ACCEPTED);
    out = [];
  });

  it("goes through PUBREC, PUBREL and PUBCOMP", () => {
    expect(after(() => expect(session.publish(sized("t"), "x", 2)).toBe(1))).toEqual([
      sends("34 06 00 01 't' 00 01 'x'"),
    ]);
    expect(session.hasUnacknowledged()).toBe(true);
    expect(receive("50 02 00 01")).toEqual([sends("62 02 00 01")]);
    expect(session.hasUnacknowledged()).toBe(true);
    expect(receive("70 02 00 01")).toEqual(["published 1 true"]);
    expect(session.hasUnacknowledged()).toBe(false);
    expect(receive("70 02 00 01")).toEqual([]);
  });

  it("sends PUBREL in the order of the PUBRECs, and again for a PUBREC that comes again", () => {
    session.publish(sized("t"), "x", 2);
    session.publish(sized("t"), "y", 2);
    expect(receive("50 02 00 02 50 02 00 01 50 02 00 02")).toEqual(
      ["62 02 00 02", "62 02 00 01", "62 02 00 02"].map(sends),
    );
    expect(receive("70 02 00 02 70 02 00 01")).toEqual(["published 2 true", "published 1 true"]);
  });

  it("releases what it does not know, so that the server may forget it", () => {
    expect(receive("50 02 00 07")).toEqual([sends("62 02 00 07")]);
  });

  it("takes PUBREC for QoS 1 as its acknowledgement, and releases what the server holds", () => {
    session.publish(sized("t"), "x", 1);
    expect(receive("50 02 00 01")).toEqual(["published 1 true", sends("62 02 00 01")]);
    expect(receive("70 02 00 01")).toEqual([]);
  });

  it("does not take PUBCOMP before PUBREC for an answer", () => {
    session.publish(sized("t"), "x", 2);
    expect(receive("70 02 00 01")).toEqual([]);
    expect(session.hasUnacknowledged()).toBe(true);
  });

  it.each([
    ["PUBREC", [], "ended NoAcknowledgement true"],
    ["PUBCOMP", ["50 02 00 01"], "ended NoAcknowledgement true"],
  ])("ends when no %s comes in time", (_name, answers, ended) => {
    session.publish(sized("t"), "x", 2);
    for (const answer of answers) receive(answer);
    expect(at(5000).at(-1)).toBe(ended);
  });
});

describe("QoS 2, received", () => {
  beforeEach(() => {
    session.open();
    receive(ACCEPTED);
  });

  it("hands a message on once, however often it comes before it is released", () => {
    expect(receive("34 06 00 01 't' 00 05 'x'")).toEqual(["message t x", sends("50 02 00 05")]);
    expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual([sends("50 02 00 05")]);
    expect(receive("62 02 00 05")).toEqual([sends("70 02 00 05")]);
    expect(receive("62 02 00 05")).toEqual([sends("70 02 00 05")]);
    expect(receive("34 06 00 01 't' 00 05 'y'")).toEqual(["message t y", sends("50 02 00 05")]);
  });

  it("tells packet identifiers apart by both of their bytes", () => {
    receive("34 06 00 01 't' 01 02 'x' 34 06 00 01 't' 02 01 'x'");
    expect(receive("34 06 00 01 't' 02 02 'y'")).toEqual(["message t y", sends("50 02 02 02")]);
    expect(receive("34 06 00 01 't' 01 02 'z'")).toEqual([sends("50 02 01 02")]);
  });

  it("holds so many and no more; the one too many comes again with the next connection", () => {
    for (let id = 1; id <= MAXIMUM_HELD; id++) {
      session.receive(`4\x06\0\x01t${String.fromCharCode(id >> 8, id & 255)}x`);
    }
    expect(receive("34 06 00 01 't' 70 00 'x'")).toEqual(["ended Overrun"]);
  });
});

describe("a session that outlives its connections", () => {
  const STAYED = "20 02 01 00";

  beforeEach(() => {
    start({ logIn: () => ({ clientId: "dev", cleanSession: false, keepAlive: 10 }) });
    session.open();
    receive(ACCEPTED);
  });

  function reconnect(connack: string): string[] {
    session.close();
    session.open();
    return receive(connack);
  }

  it("sends what was in flight again, in its order and marked as such, before anything else", () => {
    session.publish(sized("t"), "x", 1);
    session.publish(sized("t"), "y", 2);
    session.publish(sized("t"), "z", 2);
    receive("50 02 00 02");
    expect(after(() => session.close())).toEqual([]);
    session.open();
    expect(receive(STAYED)).toEqual([
      sends("3a 06 00 01 't' 00 01 'x'"),
      sends("3c 06 00 01 't' 00 03 'z'"),
      sends("62 02 00 02"),
      "online true",
    ]);
    expect(receive("40 02 00 01 50 02 00 03 70 02 00 03 70 02 00 02")).toEqual([
      "published 1 true",
      sends("62 02 00 03"),
      "published 3 true",
      "published 2 true",
    ]);
  });

  it("gives each its whole time-out again", () => {
    session.publish(sized("t"), "x", 1);
    at(1500);
    reconnect(STAYED);
    expect(at(3000)).toEqual([]);
    expect(at(4000)).toEqual([sends(PINGREQ)]);
    receive(PINGRESP);
    expect(at(6000)).toEqual([sends(PINGREQ)]);
    receive(PINGRESP);
    expect(at(6500)).toEqual(["ended NoAcknowledgement true"]);
  });

  it("does not give a packet identifier in flight to another message", () => {
    session.publish(sized("t"), "x", 1);
    reconnect(STAYED);
    expect(session.publish(sized("t"), "y", 1)).toBe(2);
  });

  it("settles what was in flight when the server kept no session: what it had is its own, the rest is not", () => {
    session.publish(sized("t"), "x", 1);
    session.publish(sized("t"), "y", 2);
    session.publish(sized("t"), "z", 2);
    receive("50 02 00 03");
    expect(reconnect(ACCEPTED)).toEqual([
      "published 1 false",
      "published 2 false",
      "published 3 true",
      "online false",
    ]);
  });

  it("gives subscriptions and their ends up with the connection", () => {
    session.subscribe(["a"].map(sized), 2);
    expect(session.unsubscribe?.(["b"].map(sized))).toBe(2);
    expect(after(() => session.close())).toEqual(["subscribed 1", "subscribed 2"]);
  });

  it("ends subscriptions", () => {
    expect(after(() => session.unsubscribe?.(["a", "b"].map(sized)))).toEqual([
      sends("a2 08 00 01 00 01 'a' 00 01 'b'"),
    ]);
    expect(receive("b0 02 00 01")).toEqual(["subscribed 1"]);
  });

  it("knows a message again that came over the last connection", () => {
    receive("34 06 00 01 't' 00 05 'x'");
    reconnect(STAYED);
    expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual([sends("50 02 00 05")]);
  });

  it("forgets it with the server's session", () => {
    receive("34 06 00 01 't' 00 05 'x'");
    reconnect(ACCEPTED);
    expect(receive("34 06 00 01 't' 00 05 'x'")).toEqual(["message t x", sends("50 02 00 05")]);
  });

  it("goes on in another program where this one stopped", () => {
    session.publish(sized("t"), "x", 2);
    session.publish(sized("t"), "y", 2);
    receive("50 02 00 01 34 06 00 01 't' 00 05 'x'");
    const saved = JSON.parse(JSON.stringify(session.save?.())) as SavedSession;
    start({ logIn: () => ({ clientId: "dev", cleanSession: false, keepAlive: 10 }), lastId: 40000 });
    session.restore?.(saved);
    session.open();
    expect(receive(STAYED)).toEqual([
      sends("3c 06 00 01 't' 00 02 'y'"),
      sends("62 02 00 01"),
      "online true",
    ]);
    expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual([sends("50 02 00 05")]);
    expect(session.publish(sized("t"), "z", 1)).toBe(3);
  });

  it("does not wait in another program for what this one asked for beside its messages", () => {
    session.subscribe(["a"].map(sized), 2);
    session.unsubscribe?.(["b"].map(sized));
    session.publish(sized("t"), "x", 2);
    expect(session.save?.().inFlight.map(({ id }) => id)).toEqual([3]);
  });

  it("begins to count packet identifiers where it is told to", () => {
    start({ lastId: 65534 });
    session.open();
    receive(ACCEPTED);
    expect([session.publish(sized("t"), "x", 1), session.publish(sized("t"), "y", 1)]).toEqual([65535, 1]);
  });
});

describe("a server that does not know QoS 2", () => {
  const STAYED = "20 02 01 00";
  const ENDS = "fell back: two links ended while QoS 2 was tried";

  function begin(): void {
    start({ logIn: () => ({ clientId: "dev", cleanSession: false, keepAlive: 10 }) });
    session.open();
    receive(ACCEPTED);
  }
  beforeEach(begin);

  /** What comes of the end of a link, and of the next link's log-in. */
  function reconnect(connack = STAYED): string[] {
    return after(() => {
      session.close();
      session.open();
      session.receive(bytes(connack));
    }).filter((line) => !line.startsWith("send 10"));
  }

  function publish(payload: string, qos: 0 | 1 | 2, retain = false): string[] {
    return after(() => session.publish(sized("t"), payload, qos, retain));
  }

  it("answers PUBACK: each message has arrived, and the next go out at QoS 1", () => {
    session.publish(sized("t"), "x", 2);
    session.publish(sized("t"), "y", 2);
    expect(receive("40 02 00 01 40 02 00 02")).toEqual([
      "fell back: the server answers QoS 2 as QoS 1",
      "published 1 true",
      "published 2 true",
    ]);
    expect(publish("z", 2, true)).toEqual([sends("33 06 00 01 't' 00 03 'z'")]);
    expect(receive("40 02 00 03")).toEqual(["published 3 true"]);
    expect(publish("z", 0)).toEqual([sends("30 04 00 01 't' 'z'"), "published 0 true"]);
  });

  it("is told of from outside, once", () => {
    expect(after(() => session.fallBack?.("it says so"))).toEqual(["fell back: it says so"]);
    expect(after(() => session.fallBack?.("it says so"))).toEqual([]);
    expect(publish("x", 2)).toEqual([sends("32 06 00 01 't' 00 01 'x'")]);
  });

  it("ends two links over it: what was in flight goes out again at QoS 1, in its order", () => {
    session.publish(sized("t"), "x", 2);
    session.publish(sized("t"), "y", 2, true);
    expect(reconnect()).toEqual([
      sends("3c 06 00 01 't' 00 01 'x'"),
      sends("3d 06 00 01 't' 00 02 'y'"),
      "online true",
    ]);
    expect(reconnect()).toEqual([
      ENDS,
      sends("3a 06 00 01 't' 00 01 'x'"),
      sends("3b 06 00 01 't' 00 02 'y'"),
      "online true",
    ]);
    expect(publish("z", 2)).toEqual([sends("32 06 00 01 't' 00 03 'z'")]);
    expect(reconnect()).toEqual([
      sends("3a 06 00 01 't' 00 01 'x'"),
      sends("3b 06 00 01 't' 00 02 'y'"),
      sends("3a 06 00 01 't' 00 03 'z'"),
      "online true",
    ]);
    expect(receive("40 02 00 01 40 02 00 02 40 02 00 03")).toEqual([
      "published 1 true",
      "published 2 true",
      "published 3 true",
    ]);
  });

  it("never says PUBCOMP: what it has by PUBREC has arrived", () => {
    session.publish(sized("t"), "x", 2);
    session.publish(sized("t"), "y", 2);
    receive("50 02 00 01");
    reconnect();
    expect(reconnect()).toEqual([
      ENDS,
      sends("3a 06 00 01 't' 00 02 'y'"),
      "published 1 true",
      "online true",
    ]);
  });

  it("loses the session with each link: what was in flight is given up, and new messages go out at QoS 1", () => {
    session.publish(sized("t"), "x", 2);
    expect(reconnect(ACCEPTED)).toEqual(["published 1 false", "online false"]);
    session.publish(sized("t"), "x", 2);
    expect(reconnect(ACCEPTED)).toEqual([ENDS, "published 2 false", "online false"]);
    expect(publish("x", 2)).toEqual([sends("32 06 00 01 't' 00 03 'x'")]);
  });

  it("is none that did it once, however many links end, also in the program after a restart", () => {
    session.publish(sized("t"), "x", 2);
    receive("50 02 00 01 70 02 00 01");
    session.publish(sized("t"), "y", 2);
    for (let links = 0; links < 5; links++) expect(reconnect()).not.toContain(ENDS);
    const saved = JSON.parse(JSON.stringify(session.save?.())) as SavedSession;
    begin();
    session.restore?.(saved);
    for (let links = 0; links < 5; links++) expect(reconnect()).not.toContain(ENDS);
    expect(receive("50 02 00 02")).toEqual([sends("62 02 00 02")]);
  });

  it("is tried anew by the program after a restart", () => {
    session.publish(sized("t"), "x", 2);
    reconnect();
    expect(reconnect()).toContain(ENDS);
    session.publish(sized("t"), "y", 2);
    const saved = JSON.parse(JSON.stringify(session.save?.())) as SavedSession;
    begin();
    session.restore?.(saved);
    expect(reconnect()).toEqual([
      sends("3a 06 00 01 't' 00 01 'x'"),
      sends("3a 06 00 01 't' 00 02 'y'"),
      "online true",
    ]);
    expect(publish("z", 2)).toEqual([sends("34 06 00 01 't' 00 03 'z'")]);
  });

  it("may complete what it had before: the next still go out at QoS 1", () => {
    session.publish(sized("t"), "x", 2);
    receive("50 02 00 01");
    session.fallBack?.("it says so");
    expect(receive("70 02 00 01")).toEqual(["published 1 true"]);
    expect(publish("z", 2)).toEqual([sends("32 06 00 01 't' 00 02 'z'")]);
  });

  it("is not meant by links that end with nothing at QoS 2 in flight", () => {
    session.publish(sized("t"), "x", 1);
    for (let links = 0; links < 5; links++) expect(reconnect()).not.toContain(ENDS);
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
          else if (step.wish === "publish") id = session.publish(sized("t"), "x", 1);
          else if (step.wish === "subscribe") id = session.subscribe(["t"].map(sized), 1);
          else session[step.wish]();
          if ("wish" in step && step.wish === "open") openings++;
          if (id > 0) {
            expect(awaited.has(id)).toBe(false);
            awaited.add(id);
          }
          for (const line of out) {
            if (/^(publish|subscrib)ed [1-9]/.test(line))
              expect(awaited.delete(Number(line.split(" ")[1]))).toBe(true);
            if (line.startsWith("ended")) expect(--openings).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
