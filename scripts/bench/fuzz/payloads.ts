/** Hostile payloads from logged-in devices: `$dp` frames, suite posts, OneJSON and answers to commands. */

import type { Random } from "./random.ts";
import { nest, spoil, spoilJson, text, value } from "./hostile.ts";
import { HEATER, LAMP, METER, PROBE, tokenOf, VALVE } from "./world.ts";

/** The publishing device. */
export type Sender = "lamp" | "meter" | "heater";

export interface Payload {
  readonly from: Sender;
  /** `{uuid}` is replaced by that of a command awaiting an answer. */
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
}

export function payload(random: Random): Payload {
  const { from, topic, bytes } = random.pick([
    ...([frame, frame, suite, image, subDevice] as const),
    ...([oneJson, oneJson, gateway, gateway, response] as const),
  ])(random);
  return { from, topic, payload: spoil(random, bytes).subarray(0, 65_535), qos: random.chance(0.3) ? 1 : 0 };
}

interface Made {
  readonly from: Sender;
  readonly topic: string;
  readonly bytes: Buffer;
}

const POINT = '{"at":"2026-01-01 00:00:00","value":22.5}';
const JSON_OF_TYPE = {
  1: `{"datastreams":[{"id":"a","datapoints":[${POINT},{"value":"热"}]},{"id":"温度","datapoints":[{"value":{"x":[1]}}]}]}`,
  2: '{"ds_id":"image","at":"2026-01-01 00:00:00","desc":"a picture"}',
  3: '{"a":22.5,"b":"95.2%","温度":true}',
  4: '{"a":{"2026-01-01 00:00:00":22.5,"2026-01-01 00:00:01.250":"x"},"b":{"2026-01-01 00:00:00":1}}',
} as const;

/** A `$dp` frame of any type, usually with the right length. */
function frame(random: Random): Made {
  const type = random.pick([1, 2, 3, 3, 4, 5, 6, 7] as const);
  const [first, body] = bodyOf(random, type);
  return {
    from: "lamp",
    topic: random.chance(0.98) ? "$dp" : text(random).slice(0, 500),
    bytes: Buffer.concat([Buffer.from([first]), body]),
  };
}

function bodyOf(random: Random, type: 1 | 2 | 3 | 4 | 5 | 6 | 7): [first: number, body: Buffer] {
  const time = Buffer.from([26, 1, 1, 0, 0, random.int(70)]);
  if (type === 7) {
    const count = random.chance(0.9) ? 1 + random.int(4) : random.int(16_000);
    const floats = Buffer.alloc(4 * count);
    for (let at = 0; at < floats.length; at++) floats[at] = random.chance(0.5) ? 0 : random.int(256);
    return [7, Buffer.concat([Buffer.from([0, 1, count >> 8, count & 0xff]), floats])];
  }
  if (type === 5 || type === 6) {
    const records = Buffer.from(
      random.chance(0.9) ? records_(random) : `,;${"1;".repeat(random.int(32_000))}1`,
    );
    return type === 6 ? [0x86, Buffer.concat([time, withLength(records)])] : [5, withLength(records)];
  }
  const json = withLength(Buffer.from(spoilJson(random, JSON_OF_TYPE[type])));
  if (type !== 2) return [type, json];
  const bytes = Buffer.alloc(random.int(50), 0x7f);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(random.chance(0.9) ? bytes.length : random.int(2 ** 31));
  return [2, Buffer.concat([json, length, bytes])];
}

function records_(random: Random): string {
  const fields = ["a", "2026-01-01 00:00:00", "1"];
  const record = () =>
    fields
      .slice(random.int(3))
      .map((field) => (random.chance(0.3) ? text(random) : field))
      .join(",");
  return `,;${Array.from({ length: 1 + random.int(5) }, record).join(";")}`;
}

function withLength(bytes: Buffer): Buffer {
  const length = Math.min(bytes.length, 65_500);
  return Buffer.concat([Buffer.from([length >> 8, length & 0xff]), bytes.subarray(0, length)]);
}

function suite(random: Random): Made {
  const json = '{"id":1,"dp":{"a":[{"v":22.5,"t":1767225600},{"v":"热"}],"b":[{"v":{"x":1}}]}}';
  return { from: "meter", topic: `${tree(METER)}dp/post/json`, bytes: jsonBytes(random, json) };
}

function image(random: Random): Made {
  const json =
    '{"state":{"desired":{"colour":"red","on":true},"reported":{"colour":"绿","place":{"x":[1,{"y":2}]},"n":4503599627370496}}}';
  return random.chance(0.7)
    ? { from: "meter", topic: `${tree(METER)}image/update`, bytes: jsonBytes(random, json) }
    : { from: "meter", topic: `${tree(METER)}image/get`, bytes: Buffer.from(random.chance(0.7) ? "" : json) };
}

/** What the meter sends for its sub-device; what needs a log-in is preceded by one: see `needs`. */
function subDevice(random: Random): Made {
  const topics = `$subdev/${PROBE.product}/${PROBE.device}/`;
  const below = random.pick(["login", "logout", "dp/post/json", "dp/post/json", "cmd/response/{uuid}"]);
  const json = '{"id":1,"dp":{"a":[{"v":22.5,"t":1767225600}],"热":[{"v":{"x":1}}]}}';
  if (below === "dp/post/json")
    return { from: "meter", topic: topics + below, bytes: jsonBytes(random, json) };
  const bytes = Buffer.from(random.chance(0.7) ? "" : text(random));
  return { from: "meter", topic: topics + below, bytes };
}

type Named = readonly [topic: string, json: string];

const OF_VALVE = `"productID":"${VALVE.product}","deviceName":"${VALVE.device}"`;
const PROPERTIES = '"led":{"value":true,"time":1767225600000},"place":{"value":{"x":1}},"count":{"value":3}';
const BIND = `{"id":"1","version":"1.0","params":{${OF_VALVE},"sasToken":"${tokenOf(VALVE)}"}}`;
const LOG_IN = `{"id":"1","version":"1.0","params":{${OF_VALVE}}}`;

/** Posts and answers of a gateway, below `thing/`. */
const GATEWAY: readonly [Named, ...Named[]] = [
  ["sub/topo/add", BIND],
  ["sub/topo/delete", BIND],
  ["sub/topo/get", '{"id":"5","version":"1.0"}'],
  ["sub/topo/get/result", '{"id":"5","code":200,"msg":"success"}'],
  ["sub/topo/change_reply", '{"id":"{id}","code":200,"msg":"success"}'],
  ["sub/login", LOG_IN],
  ["sub/logout", LOG_IN],
  ["sub/property/set_reply", '{"id":"{id}","code":200,"msg":"success"}'],
  ["sub/property/get_reply", '{"id":"{id}","code":200,"msg":"success","data":{"led":true,"count":3}}'],
  [
    "sub/service/invoke_reply",
    `{"id":"{id}","code":200,"msg":"success","data":{${OF_VALVE},"identifier":"blink","output":{"done":true}}}`,
  ],
  [
    "pack/post",
    `{"id":"6","version":"1.0","params":[{"properties":{${PROPERTIES}}},{"identity":{${OF_VALVE}},"properties":` +
      `{${PROPERTIES}},"events":{"overheat":{"value":{"t":99},"time":1767225600000}}}]}`,
  ],
  [
    "history/post",
    `{"id":"7","version":"1.0","params":[{"identity":{${OF_VALVE}},"properties":{"led":[{"value":true,"time":1},` +
      '{"value":false}]},"events":{"overheat":[{"value":{"t":99}}]}}]}',
  ],
];

function gateway(random: Random): Made {
  const [topic, json] = random.pick(GATEWAY);
  return { from: "heater", topic: `${tree(HEATER)}thing/${topic}`, bytes: jsonBytes(random, json) };
}

/** What has to come before a payload, for the platform to read it: a sub-device's log-in. */
export function needs(topic: string): Omit<Payload, "qos"> | undefined {
  const [root] = topic.split("/", 1);
  if (root === "$subdev" && !topic.endsWith("/login"))
    return {
      from: "meter",
      topic: topic.replace(/^(\$subdev\/[^/]+\/[^/]+\/).*/, "$1login"),
      payload: Buffer.alloc(0),
    };
  if (!/\/thing\/sub\/(property|service)\//.test(topic)) return undefined;
  return { from: "heater", topic: `${tree(HEATER)}thing/sub/login`, payload: Buffer.from(LOG_IN) };
}

const ONE_JSON: readonly [
  readonly [topic: string, json: string],
  ...(readonly [topic: string, json: string])[],
] = [
  [
    "property/post",
    '{"id":"1","version":"1.0","params":{"led":{"value":true},"temperature":{"value":22.5,"time":1767225600000},' +
      '"row":{"value":[1,2.5]},"place":{"value":{"x":1}},"mode":{"value":1},"colour":{"value":"#ff0000"}}}',
  ],
  ["event/post", '{"id":"2","version":"1.0","params":{"overheat":{"value":{"t":99},"time":1767225600000}}}'],
  [
    "history/post",
    '{"id":"4","version":"1.0","params":[{"properties":{"temperature":[{"value":22.5,"time":1767225600000},' +
      '{"value":23}]},"events":{"overheat":[{"value":{"t":99},"time":1767225600000}]}}]}',
  ],
  ["property/desired/get", '{"id":"3","version":"1.0","params":["led","colour"]}'],
  ["property/set_reply", '{"id":"{id}","code":200,"msg":"success"}'],
  ["property/get_reply", '{"id":"{id}","code":200,"msg":"success","data":{"led":true,"count":3}}'],
  ["service/blink/invoke_reply", '{"id":"{id}","code":200,"msg":"success","data":{"done":true}}'],
];

function oneJson(random: Random): Made {
  const [topic, json] = random.pick(ONE_JSON);
  return { from: "heater", topic: `${tree(HEATER)}thing/${topic}`, bytes: jsonBytes(random, json) };
}

/** The answer to a real or made-up command. */
function response(random: Random): Made {
  const uuid = random.chance(0.7)
    ? "{uuid}"
    : text(random)
        .replace(/[/+#\0]/g, "")
        .slice(0, 200);
  const bytes = Buffer.from(random.chance(0.5) ? "on" : text(random));
  return random.chance(0.5)
    ? { from: "lamp", topic: `$crsp/${uuid}`, bytes }
    : { from: "meter", topic: `${tree(METER)}cmd/response/${uuid}`, bytes };
}

function jsonBytes(random: Random, json: string): Buffer {
  if (random.chance(0.9)) return Buffer.from(spoilJson(random, json));
  return Buffer.from(random.chance(0.5) ? nest(random) : value(random));
}

function tree({ product, device }: { readonly product: string; readonly device: string }): string {
  return `$sys/${product}/${device}/`;
}

export const DEVICE_OF = { lamp: LAMP, meter: METER, heater: HEATER } as const;
