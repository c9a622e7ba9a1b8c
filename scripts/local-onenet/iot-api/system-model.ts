/** The functions that the platform itself offers to every thing model (系统功能点): where a device is. */

import type { ThingModel } from "../thing-model.ts";

const NUMBER = { type: "int32" } as const;
const TEXT = { type: "string", specs: { length: "255" } } as const;

/** In the form of a thing model. */
export const SYSTEM_MODEL: ThingModel = {
  properties: [
    {
      identifier: "$OneNET_LBS",
      name: "基站定位",
      accessMode: "r",
      dataType: {
        type: "array",
        specs: {
          length: 3,
          type: "struct",
          specs: ["mnc", "mcc", "lac", "cid", "ss"].map((identifier) => ({ identifier, dataType: NUMBER })),
        },
      },
    },
    {
      identifier: "$OneNET_LBS_WIFI",
      name: "WIFI定位",
      accessMode: "r",
      dataType: {
        type: "struct",
        specs: ["imsi", "serverip", "macs", "mmac", "smac", "idfa"].map((identifier) => ({
          identifier,
          dataType: TEXT,
        })),
      },
    },
  ],
  events: [],
  services: [],
};
