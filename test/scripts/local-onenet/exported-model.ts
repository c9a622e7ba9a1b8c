/** A thing model in the form in which OneNET's console exports it, with the platform's own points. */

const whole = (min: string, max: string, unit = "") => ({
  type: "int32",
  specs: { max, min, step: "", unit },
});
const ANY = whole("-2147483648", "2147483647");
const text = (length: number) => ({ type: "string", specs: { length } });

export function property(identifier: string, accessMode: "r" | "rw", dataType: object): object {
  const functionType = identifier.startsWith("$") ? "s" : "u";
  return {
    ...{ identifier, name: identifier, functionType, accessMode, desc: "" },
    ...{ dataType, functionMode: "property", required: false },
  };
}

const field = (identifier: string, dataType: object) => ({ name: identifier, identifier, dataType });

/** @param properties besides the platform's own */
export function exported(properties: readonly object[], others: object = {}): object {
  return {
    version: "1.0",
    profile: { industryId: "1", sceneId: "18", categoryId: "93", productId: "469948" },
    properties: [
      property("$OneNET_LBS", "r", {
        type: "array",
        specs: {
          length: 3,
          type: "struct",
          specs: ["mnc", "mcc", "lac", "cid", "ss"].map((name) => field(name, ANY)),
        },
      }),
      property("$OneNET_LBS_WIFI", "r", {
        type: "struct",
        specs: ["imsi", "serverip", "macs"].map((name) => field(name, text(255))),
      }),
      ...properties,
    ],
    events: [],
    services: [],
    combs: [],
    ...others,
  };
}

/** One property of each type. */
export const TYPES = [
  property("door", "r", { type: "bool", specs: { true: "开", false: "关" } }),
  property("relay", "rw", whole("0", "1")),
  property("temperature", "r", {
    type: "float",
    specs: { max: "50.5", min: "-20.5", step: "0.5", unit: "摄氏度 / °C" },
  }),
  property("mode", "rw", { type: "enum", specs: { "0": "手动", "1": "自动" } }),
  property("bits", "rw", { type: "bitMap", specs: { length: 3, define: [{ bit: 0, "0": "a", "1": "b" }] } }),
  property("since", "r", { type: "date", specs: {} }),
  property("note", "rw", text(12)),
  property("total", "r", { type: "int64", specs: { min: "0", max: "9007199254740991", step: "1" } }),
  property("level", "r", {
    type: "double",
    specs: { min: "-1.5", max: "1.5", step: "0.001", unit: "伏特 / V" },
  }),
  property("air", "r", {
    type: "struct",
    specs: [
      field("temperature", {
        type: "float",
        specs: { min: "-20", max: "50", step: "0.1", unit: "摄氏度 / °C" },
      }),
      field("list", {
        type: "array",
        specs: { length: 2, type: "struct", specs: [field("on", { type: "bool" })] },
      }),
    ],
  }),
  property("macs", "r", { type: "array", specs: { length: 2, type: "string", specs: { length: 17 } } }),
  property("old", "r", { type: "array", specs: { size: "2", item: whole("1", "6") } }),
];

export const ALARM = {
  ...{ identifier: "alarm", name: "预警事件", functionType: "u", eventType: "alert", desc: null },
  ...{ outputData: [field("smoke", whole("0", "1"))], functionMode: "event", required: false },
};

export const BLINK = {
  ...{
    identifier: "blink",
    name: "闪烁",
    functionType: "u",
    functionMode: "service",
    callType: "s",
    desc: "",
  },
  ...{ input: [field("times", whole("1", "10"))], output: [field("answer", text(255))] },
};
