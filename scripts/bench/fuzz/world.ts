/** The products and devices for hostile input. Their keys are fixed, so that seeds are reproducible. */

import type {
  DeviceRecord,
  MultiprotocolDevice,
  ProductRecord,
  TokenDevice,
} from "../../local-onenet/devices.ts";
import type { ThingModel } from "../../local-onenet/thing-model.ts";
import { accountResource, mintToken, resourceOf } from "../../boards/token.ts";

export const MODEL: ThingModel = {
  properties: [
    { identifier: "led", accessMode: "rw", dataType: { type: "bool" } },
    { identifier: "colour", accessMode: "rw", dataType: { type: "string", specs: { length: "7" } } },
    {
      identifier: "temperature",
      accessMode: "r",
      dataType: { type: "float", specs: { min: "-40", max: "125" } },
    },
    { identifier: "count", accessMode: "r", dataType: { type: "int32" } },
    { identifier: "mode", accessMode: "rw", dataType: { type: "enum", specs: { 0: "off", 1: "on" } } },
    { identifier: "bits", accessMode: "r", dataType: { type: "bitMap" } },
    { identifier: "since", accessMode: "r", dataType: { type: "date" } },
    { identifier: "row", accessMode: "r", dataType: { type: "array", specs: { type: "double" } } },
    {
      identifier: "place",
      accessMode: "r",
      dataType: { type: "struct", specs: [{ identifier: "x", dataType: { type: "int64" } }] },
    },
  ],
  events: [{ identifier: "overheat", outputData: [{ identifier: "t", dataType: { type: "int32" } }] }],
  services: [
    {
      identifier: "blink",
      input: [{ identifier: "times", dataType: { type: "int32", specs: { min: 1, max: 10 } } }],
      output: [{ identifier: "done", dataType: { type: "bool" } }],
    },
  ],
};

export const LAMP: MultiprotocolDevice = {
  generation: "multiprotocol",
  product: "244754",
  device: "527521926",
  authInfo: "auth-info",
  title: "灯",
};
/** A sub-device of the meter. */
export const PROBE: TokenDevice = {
  generation: "suite",
  product: "469948",
  device: "probe",
  key: "cHJvYmU=",
};
export const METER: TokenDevice = {
  generation: "suite",
  product: "469948",
  device: "meter",
  key: "bWV0ZXI=",
  subDevices: ["469948/probe"],
};
/** A sub-device of the heater. */
export const VALVE: TokenDevice = {
  generation: "studio",
  product: "9MaNe52pNO",
  device: "valve",
  key: "dmFsdmU=",
};
export const HEATER: TokenDevice = {
  generation: "studio",
  product: "9MaNe52pNO",
  device: "heater",
  key: "aGVhdGVy",
  subDevices: ["9MaNe52pNO/valve"],
};

const PRODUCT_KEY = "cHJvZHVjdA==";
const ACCOUNT = { user: "300001", key: "YWNjb3VudA==" };
export const API_KEY = "api-key-of-all";
export const CODE = "registration-code";

export const PRODUCTS: readonly ProductRecord[] = [
  { generation: "multiprotocol", product: LAMP.product, apiKeys: ["api-key"], registrationCode: CODE },
  { generation: "suite", product: METER.product, key: PRODUCT_KEY, account: ACCOUNT },
  { generation: "studio", product: HEATER.product, key: PRODUCT_KEY, account: ACCOUNT, thingModel: MODEL },
];
export const DEVICES: readonly DeviceRecord[] = [LAMP, METER, PROBE, HEATER, VALVE];

/** 2100-01-01, in s since 1970. */
const EXPIRES = 4_102_444_800;

export function tokenOf({ product, device, key }: TokenDevice): string {
  return mintToken({ resource: resourceOf(product, device), expires: EXPIRES, method: "sha1" }, key);
}

export function tokenOfProduct({ product }: TokenDevice): string {
  return mintToken({ resource: resourceOf(product), expires: EXPIRES, method: "md5" }, PRODUCT_KEY);
}

export function tokenOfAccount(): string {
  const resource = accountResource(ACCOUNT.user);
  return mintToken({ resource, expires: EXPIRES, method: "sha256" }, ACCOUNT.key);
}
