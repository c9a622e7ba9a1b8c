import fc from "fast-check";
import { generate } from "mqtt-packet";
import { expect, it } from "vitest";
import { maskSecrets, readLogIn } from "../../../../scripts/local-onenet/wire/log-in.ts";

const CONNECT = {
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clean: true,
  keepalive: 60,
} as const;

it("masks only the password, keeping its length", () => {
  const plain = generate({ ...CONNECT, clientId: "lamp", username: "pid", password: Buffer.from("s3cret") });
  const masked = Buffer.from(maskSecrets(plain)).toString("latin1");
  expect(masked).toBe(plain.toString("latin1").replace("s3cret", "******"));
});

it("does not modify the packet itself", () => {
  const packet = generate({ ...CONNECT, clientId: "lamp", username: "pid", password: Buffer.from("s3cret") });
  maskSecrets(packet);
  expect(packet.toString("latin1")).toContain("s3cret");
});

it("reads the identity", () => {
  const will = { topic: "w", payload: Buffer.from("bye"), qos: 0, retain: false } as const;
  const packet = generate({
    ...CONNECT,
    clientId: "灯",
    username: "pid",
    password: Buffer.from("s3cret"),
    will,
  });
  expect(readLogIn(packet)).toEqual({ clientId: "灯", userName: "pid", secretFrom: packet.length - 6 });
  expect(readLogIn(packet.subarray(0, 20))).toMatchObject({ userName: "" });
  expect(readLogIn(Uint8Array.from([0xc0, 0]))).toBeUndefined();
});

it("leaves other packets unchanged", () => {
  const packet = generate({
    cmd: "publish",
    topic: "t",
    payload: "s3cret",
    qos: 0,
    dup: false,
    retain: false,
  });
  expect(Buffer.from(maskSecrets(packet))).toEqual(packet);
});

const SECRET = "§§§§§§";
const WILL = ["will topic", "bye"];

/** A CONNECT whose flags may not match its fields. */
function connectOf(flags: number, fields: readonly string[], name = "MQTT", level = 4): Uint8Array {
  const field = (text: string) => [text.length >> 8, text.length & 0xff, ...Buffer.from(text, "latin1")];
  const rest = [...field(name), level, flags, 0, 60, ...fields.flatMap(field)];
  return Uint8Array.from([0x10, rest.length, ...rest]);
}

it.each([
  ["a user name and a password", ["lamp", "pid", SECRET]],
  ["a will as well", ["lamp", ...WILL, "pid", SECRET]],
  ["no user name", ["lamp", SECRET]],
  ["a will, and no user name", ["lamp", ...WILL, SECRET]],
  ["nothing else but the password", [SECRET, SECRET]],
  ["more behind it", ["lamp", "pid", SECRET, "x"]],
])("masks the password of a CONNECT with %s, whatever its flags", (_what, fields) => {
  for (let flags = 0; flags < 256; flags++) {
    // A password sent as the client identifier or user name cannot be recognised as one.
    const isNamed = fields.length === 2 && (fields[0] === SECRET || (flags & 0xc4) === 0x80);
    if (isNamed) continue;
    const masked = Buffer.from(maskSecrets(connectOf(flags, fields))).toString("latin1");
    expect(masked, `flags 0x${flags.toString(16)}`).not.toContain("§§");
  }
});

it.each([
  ["MQTT", 5],
  ["MQTT", 0x84],
  ["MQTTX", 4],
  ["MQIsdp", 4],
  ["", 4],
])("shows only the name of an unknown protocol %s %i", (name, level) => {
  const packet = connectOf(0xc2, ["lamp", "pid", SECRET], name, level);
  const { clientId, userName, secretFrom } = readLogIn(packet) ?? {};
  expect([clientId, userName, secretFrom]).toEqual(["", "", 2]);
});

it("shows a valid will", () => {
  const packet = connectOf(0xc6, ["lamp", ...WILL, "pid", SECRET]);
  const masked = Buffer.from(maskSecrets(packet)).toString("latin1");
  expect(masked).toBe(Buffer.from(packet).toString("latin1").replace(SECRET, "******"));
});

it("never shows a password, whatever else the CONNECT has, truncated or longer than announced", () => {
  const text = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(
      fc.record({
        clientId: text,
        username: text,
        will: fc.option(fc.record({ topic: text, payload: text })),
      }),
      fc.integer({ min: 0, max: 40 }),
      fc.boolean(),
      ({ will, ...rest }, cut, isLonger) => {
        fc.pre(
          [rest.clientId, rest.username, will?.topic, will?.payload].every((part) => !part?.includes("§")),
        );
        const packet = generate({
          ...CONNECT,
          ...rest,
          password: Buffer.from("§§§§§§", "latin1"),
          ...(will
            ? { will: { topic: `w${will.topic}`, payload: Buffer.from(will.payload), qos: 0, retain: false } }
            : {}),
        });
        const bytes = isLonger
          ? Buffer.concat([packet, Buffer.from("§", "latin1")])
          : packet.subarray(0, packet.length - cut);
        expect([...maskSecrets(bytes)].includes(0xa7), bytes.toString("hex")).toBe(false);
      },
    ),
  );
});
