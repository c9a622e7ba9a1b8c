/** The devices that the local OneNET knows, as its user declares them. */

/** A device of the multiprotocol generation (多协议接入). */
export interface DeviceRecord {
  readonly generation: "multiprotocol";
  /** Product id, the MQTT user name. */
  readonly product: string;
  /** Device id, the MQTT client identifier. */
  readonly device: string;
  /** Auth info (鉴权信息) of the device: the MQTT password. */
  readonly authInfo: string;
  readonly title?: string;
  /** API keys of the product: each also opens the device, and its product in the HTTP API. */
  readonly apiKeys?: readonly string[];
}

export type Devices = ReadonlyMap<string, DeviceRecord>;

/** The records by device id. @throws Error when an id is empty or given twice */
export function indexDevices(records: readonly DeviceRecord[]): Devices {
  const devices = new Map<string, DeviceRecord>();
  for (const record of records) {
    if (record.device === "" || record.product === "") {
      throw new Error("a device needs a device id and a product id that are not empty");
    }
    if (devices.has(record.device)) {
      throw new Error(`device ${record.device} is given twice; device ids are unique on the platform`);
    }
    devices.set(record.device, record);
  }
  return devices;
}
