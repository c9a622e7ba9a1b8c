import { beforeEach, describe, expect, it } from "vitest";
import type { Studio } from "../../../src/board.ts";
import type { Profile } from "../../../src/onenet/profile.ts";
import { createStudio } from "../../../src/onenet/studio.ts";
import { listOf, wholeOf } from "./pieces.ts";
import { createProgram, createLampProperties, type Asked } from "./program.ts";

const SETTINGS: Studio = {
  generation: "studio",
  server: "mqtts.heclouds.com",
  port: 1883,
  tls: false,
  cleanSession: true,
  product: "P1",
  device: "lamp",
  token: "t",
  keepAlive: 120,
  pingPeriod: 30,
  qos: 1,
  properties: { led: "led", colour: "colour" },
  services: ["toggle", "fail"],
  event: "boot",
};
const THING = "$sys/P1/lamp/thing/";

let asked: Asked;
let profile: Profile;
beforeEach(() => {
  asked = createProgram();
  profile = createStudio(SETTINGS, asked.program, createLampProperties(), () => []);
});

function receive(topic: string, message: unknown): string[] {
  const payload = typeof message === "string" ? message : JSON.stringify(message);
  return asked.after(() => profile.receive(THING + topic, payload));
}

function published(topic: string, message: object): string {
  return `publish ${THING}${topic} ${JSON.stringify(message)}`;
}

it("subscribes to the requests it answers and the answers it waits for", () => {
  expect(profile.subscriptions.map((topic) => topic.replace(THING, ""))).toEqual([
    "property/set",
    "property/get",
    "property/post/reply",
    "history/post/reply",
    "property/desired/get/reply",
    "event/post/reply",
    "service/+/invoke",
    "$sys/P1/lamp/ota/inform",
  ]);
  const without = createStudio(
    { ...SETTINGS, services: [] },
    asked.program,
    createLampProperties(),
    () => [],
  );
  expect(without.subscriptions).toEqual(profile.subscriptions.filter((topic) => !topic.includes("service")));
});

it("posts properties with a time in ms, if known", () => {
  const encode = profile.encoder?.(() => ["Power", "b"]);
  expect(encode?.([12.5, null], 1599534283111)).toBe(
    '{"id":"1","version":"1.0","params":{"Power":{"value":12.5,"time":1599534283111}}}',
  );
  expect(encode?.([null, true], undefined)).toBe('{"id":"2","version":"1.0","params":{"b":{"value":true}}}');
});

it("posts several reports as a history, with a list of each property's values", () => {
  const batch = profile.batch?.(() => ["Power", "b"]);
  const pieces = batch?.((visit) => {
    visit([12.5, true], 1599534283111);
    visit([13, null], 1599534284111);
    visit([null, false], undefined);
  }, true);
  expect(wholeOf(pieces ?? (() => ""))).toBe(
    '{"id":"1","version":"1.0","params":[{"properties":{' +
      '"Power":[{"value":12.5,"time":1599534283111},{"value":13,"time":1599534284111}],' +
      '"b":[{"value":true,"time":1599534283111},{"value":false}]}}]}',
  );
  expect(profile.historyTopic).toBe(`${THING}history/post`);
});

it("a long history has several pieces, of whole properties; again from the first, they are the same", () => {
  const names = Array.from({ length: 12 }, (_, index) => `property${index}`);
  const pieces = profile.batch?.(() => names)((visit) => {
    for (let at = 1; at < 9; at++)
      visit(
        names.map((_, index) => (index % 3 === 0 ? null : index)),
        1599534283000 + at,
      );
  }, true);
  if (!pieces) throw new Error("no history");
  const all = listOf(pieces);
  expect(all.length).toBeGreaterThan(3);
  for (const piece of all) expect(piece.length).toBeLessThan(512 + 8 * 40 + 20);
  const { params } = JSON.parse(all.join("")) as { params: [{ properties: Record<string, object[]> }] };
  expect(Object.keys(params[0].properties)).toEqual(names.filter((_, index) => index % 3 > 0));
  for (const points of Object.values(params[0].properties)) expect(points).toHaveLength(8);
  expect([pieces(0), ...all.slice(1).map((_, index) => pieces(index + 1)), pieces(all.length)]).toEqual([
    ...all,
    "",
  ]);
});

it.each([
  [200, []],
  [2306, ["OneNET: data points refused, code 2306: identifier not exist"]],
])("tells the program the answer to a history, and reports a refusal: %i", (code, seen) => {
  profile.batch?.(() => ["a"])((visit) => visit([1], 1), true);
  expect(receive("history/post/reply", { id: "1", code, msg: "identifier not exist" })).toEqual(seen);
  expect(asked.answers).toEqual([code === 200]);
});

it("posts its event and asks for desired values once online", () => {
  expect(asked.after(() => profile.online())).toEqual([
    published("event/post", { id: "1", version: "1.0", params: { boot: { value: {} } } }),
    published("property/desired/get", { id: "2", version: "1.0", params: ["led", "colour"] }),
  ]);
});

describe("property/set", () => {
  it("is applied and answered", () => {
    const set = { id: "9", version: "1.0", params: { led: true, colour: "#ff0000" } };
    expect(receive("property/set", set)).toEqual([
      published("property/set_reply", { id: "9", code: 200, msg: "success" }),
    ]);
    expect(receive("property/get", { id: "10", version: "1.0", params: ["led", "colour"] })).toEqual([
      published("property/get_reply", {
        id: "10",
        code: 200,
        msg: "success",
        data: { led: true, colour: "#ff0000" },
      }),
    ]);
  });

  it("is answered with the properties that cannot be set", () => {
    expect(receive("property/set", { id: "9", version: "1.0", params: { led: "on", door: 1 } })).toEqual([
      published("property/set_reply", { id: "9", code: 400, msg: "cannot set led, door" }),
    ]);
  });
});

it("answers property/get for unknown properties", () => {
  expect(receive("property/get", { id: "9", version: "1.0", params: ["led", "door"] })).toEqual([
    published("property/get_reply", { id: "9", code: 404, msg: "there is no value of door" }),
  ]);
});

it("answers property/get with the last reported value, once there is one", () => {
  const names = () => ["temperature", "humidity", "led"];
  profile.encoder?.(names);
  const get = (params: string[]) => receive("property/get", { id: "9", version: "1.0", params });
  expect(get(["temperature", "led"])).toEqual([
    published("property/get_reply", {
      id: "9",
      code: 200,
      msg: "success",
      data: { temperature: 12.5, led: false }, // a property has its current value
    }),
  ]);
  expect(get(["temperature", "humidity"])).toEqual([
    published("property/get_reply", { id: "9", code: 404, msg: "there is no value of humidity" }),
  ]);
});

describe("services", () => {
  it("are commands, and get an answer", () => {
    expect(receive("service/toggle/invoke", { id: "5", version: "1.0", params: {} })).toEqual([
      "obey toggle",
      published("service/toggle/invoke_reply", {
        id: "5",
        code: 200,
        msg: "success",
        data: { answer: "answer to toggle" },
      }),
    ]);
  });

  it.each([
    [{ times: 3 }, '{"times":3}'],
    [
      { a: '温"\\\n', b: [1.5, true, null, ""], c: { d: {} } },
      '{"a":"温\\"\\\\\\u000a","b":[1.5,true,null,""],"c":{"d":{}}}',
    ],
  ])("get their input as JSON: %j", (params, argument) => {
    const [obeyed, answer] = receive("service/toggle/invoke", { id: "5", version: "1.0", params });
    expect(obeyed).toBe(`obey toggle ${argument}`);
    expect(answer).toContain('"code":200');
  });

  it.each([undefined, null, {}, []])("get no input from %j", (params) => {
    expect(receive("service/toggle/invoke", { id: "5", params })[0]).toBe("obey toggle");
  });

  it("that fail are reported as failures", () => {
    expect(receive("service/fail/invoke", { id: "5", version: "1.0", params: {} })).toEqual([
      "obey fail",
      published("service/fail/invoke_reply", { id: "5", code: 400, msg: "no sensor" }),
    ]);
  });

  it("get an answer even if unknown", () => {
    expect(receive("service/dance/invoke", { id: "5", version: "1.0", params: {} })).toEqual([
      published("service/dance/invoke_reply", { id: "5", code: 404, msg: "there is no service dance" }),
    ]);
  });
});

describe("the platform's replies", () => {
  it("are reported on failure, with their message", () => {
    profile.encoder?.(() => ["a"])([1], undefined);
    expect(receive("property/post/reply", { id: "1", code: 404, msg: "no such property" })).toEqual([
      "OneNET: data points refused, code 404: no such property",
    ]);
  });

  it("are not reported otherwise, or if unexpected", () => {
    profile.encoder?.(() => ["a"])([1], undefined);
    expect(receive("property/post/reply", { id: "1", code: 200, msg: "success" })).toEqual([]);
    expect(receive("property/post/reply", { id: "1", code: 404, msg: "x" })).toEqual([]);
    expect(receive("event/post/reply", { id: "77", code: 404, msg: "x" })).toEqual([]);
  });

  it("bring desired values, which are applied", () => {
    profile.online();
    const data = { led: { value: true, version: 3 }, door: { value: 1, version: 1 } };
    expect(receive("property/desired/get/reply", { id: "2", code: 200, msg: "success", data })).toEqual([
      "OneNET: cannot set the desired value of door",
    ]);
    expect(receive("property/get", { id: "3", version: "1.0", params: ["led"] }).join()).toContain(
      '{"led":true}',
    );
  });
});

it.each(["", "nonsense", "{"])("reports %j as an invalid message", (payload) => {
  expect(receive("property/set", payload)).toEqual([`OneNET: invalid message on ${THING}property/set`]);
});

it.each(["[]", "{}", '{"id":1,"params":[]}', '{"id":"1","params":"text"}', '{"id":null,"params":5}'])(
  "survives a message of any shape: %s",
  (payload) => {
    for (const topic of [
      "property/set",
      "property/get",
      "service/toggle/invoke",
      "service//invoke",
      "property/post/reply",
      "property/desired/get/reply",
      "nonsense",
    ]) {
      expect(() => receive(topic, payload)).not.toThrow();
    }
  },
);

describe("structs", () => {
  const MEMBERS = ["temperature", "humidity", "level"];
  const values: Record<string, number | undefined> = { "air.level": 7 };
  const air: typeof profile = createStudio(
    SETTINGS,
    { ...createProgram().program, publish: (_topic, payload) => sent.push(payload) },
    { names: ["air.level", "led"], set: () => true, get: (name) => values[name] },
    (property) => (property === "air" ? MEMBERS : []),
  );
  const sent: string[] = [];
  const get = (...params: string[]) => {
    air.receive(`${THING}property/get`, JSON.stringify({ id: "9", params }));
    return JSON.parse(sent.pop() ?? "") as { code: number; data?: unknown };
  };

  it("are posted and read whole, without the members that have no value", () => {
    const encode = air.encoder?.(() => ["air.temperature", "air.humidity", "up"]);
    expect(encode?.([21.5, null, null], 5)).toContain('{"air":{"value":{"temperature":21.5},"time":5}}');
    expect(get("air")).toMatchObject({ code: 200, data: { air: { temperature: 12.5, level: 7 } } });
    values["air.temperature"] = NaN;
    expect(get("air"), "a failed reading").toMatchObject({ data: { air: { level: 7 } } });
    values["air.level"] = undefined;
    expect(get("air")).toMatchObject({ code: 404, msg: "there is no value of air" });
  });

  it("a failed reading that was never reported is no value", () => {
    values["soil"] = NaN;
    expect(get("soil")).toMatchObject({ code: 404, msg: "there is no value of soil" });
  });

  it("are answered once, however often they are asked for", () => {
    values["led"] = 1;
    values["air.level"] = 7;
    air.receive(`${THING}property/get`, JSON.stringify({ id: "9", params: ["led", "air", "air", "led"] }));
    expect(sent.pop()).toContain('"data":{"led":1,"air":{"level":7}}}');
  });

  it("are asked for by their names", () => {
    air.online();
    expect(sent.pop()).toContain('"params":["air","led"]');
  });
});

it("a notice of an update is answered, and the platform asked for it", () => {
  expect(asked.after(() => profile.receive("$sys/P1/lamp/ota/inform", '{"id":"7","params":{}}'))).toEqual([
    'publish $sys/P1/lamp/ota/inform_reply {"id":"7","code":200,"msg":"success"}',
    "check for an update",
  ]);
});
