import fc from "fast-check";
import { generate } from "mqtt-packet";
import { expect, it } from "vitest";
import { maskSecrets, readLogIn } from "../../../scripts/wire/log-in.ts";

const CONNECT = {
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clean: true,
  keepalive: 60,
} as const;

it("masks a password at its own length, and nothing else", () => {
  const plain = generate({ ...CONNECT, clientId: "lamp", username: "pid", password: Buffer.from("s3cret") });
  const masked = Buffer.from(maskSecrets(plain)).toString("latin1");
  expect(masked).toBe(plain.toString("latin1").replace("s3cret", "******"));
});

it("tells who logs in", () => {
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

it("leaves other packets as they are", () => {
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

it("lets no password through, whatever else the CONNECT has, where it is cut or longer than it says", () => {
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
