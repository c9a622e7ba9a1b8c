/** An example product of each generation. */

import { randomBytes } from "node:crypto";
import { t } from "../cli/language.ts";
import type { DeviceRecord, ProductRecord } from "./devices.ts";
import type { ThingModel } from "./thing-model.ts";

const LAMP: ThingModel = {
  properties: [
    { identifier: "led", accessMode: "rw", dataType: { type: "bool" } },
    { identifier: "colour", accessMode: "rw", dataType: { type: "string", specs: { length: "7" } } },
    { identifier: "switch", accessMode: "r", dataType: { type: "int32" } },
    { identifier: "uptime", accessMode: "r", dataType: { type: "int32", specs: { min: "0" } } },
    { identifier: "temperature", accessMode: "r", dataType: { type: "float" } },
  ],
  events: [{ identifier: "overheat", outputData: [{ identifier: "t", dataType: { type: "float" } }] }],
  services: [
    {
      identifier: "blink",
      input: [{ identifier: "times", dataType: { type: "int32", specs: { min: "1", max: "100" } } }],
    },
  ],
};

/** Every call makes new random keys. */
export function exampleRegistry(): {
  readonly products: readonly ProductRecord[];
  readonly devices: readonly DeviceRecord[];
} {
  const key = () => randomBytes(32).toString("base64");
  const account = { user: "300001", key: key() };
  const secret = () => randomBytes(12).toString("base64url");
  return {
    products: [
      {
        generation: "multiprotocol",
        product: "100001",
        title: t`multiprotocol example`,
        apiKeys: [secret()],
        registrationCode: secret(),
      },
      { generation: "suite", product: "100002", title: t`suite example`, key: key(), account },
      {
        generation: "studio",
        product: "lampModel1",
        title: t`studio example`,
        key: key(),
        account,
        thingModel: LAMP,
      },
    ],
    devices: [
      {
        generation: "multiprotocol",
        product: "100001",
        device: "500000001",
        authInfo: secret(),
        title: "lamp",
      },
      { generation: "suite", product: "100002", device: "lamp", key: key() },
      { generation: "studio", product: "lampModel1", device: "lamp", key: key() },
    ],
  };
}
