/** `/device/*` and `/product/detail`: a product and its devices. */

import type { FastifyInstance } from "fastify";
import { createHash, randomBytes } from "node:crypto";
import { english } from "../../cli/language.ts";
import { nameOf, type Registry, type TokenDevice } from "../devices.ts";
import type { Reporter } from "../events.ts";
import type { FileSpace } from "../files/file-space.ts";
import type { JsonValue } from "../json.ts";
import type { Limits } from "../limits.ts";
import type { Sessions } from "../sessions.ts";
import type { Store } from "../store.ts";
import type { Application } from "../studio.ts";
import { isTitle, LONGEST_TITLE, printable } from "../text.ts";
import type { Updates } from "../updates/updates.ts";
import { TOKEN, deviceOf, productOf } from "./access.ts";
import { IotError, jsonOf, numberOf, queryOf, success } from "./answer.ts";

export interface DeviceParts {
  readonly registry: Registry;
  readonly limits: Limits;
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly application: Application;
  readonly updates: Updates;
  readonly files: FileSpace;
}

/** Whether a device is online; `inactive` has never been. */
const STATUS = { offline: 0, online: 1, inactive: 2 } as const;

/** Most devices that one call moves. */
const MOST_MOVED = 100;

const MQTT = 2;
const DATA_PROTOCOL = { studio: 1, suite: 4 } as const;

export function addDeviceCalls(app: FastifyInstance, parts: DeviceParts): void {
  const { registry, limits, events, sessions, store, application, updates, files } = parts;

  app.post("/device/create", TOKEN, (request) => {
    const json = jsonOf(request);
    const { product, generation } = productOf(registry, request, json);
    const { device_name: device } = json;
    if (typeof device !== "string" || !/^[\w-]{1,64}$/.test(device)) {
      throw new IotError("parameter", "device_name must have 1 to 64 letters, digits, _ and -");
    }
    if (generation === "multiprotocol") throw new IotError("noProduct", "product not found");
    const key = newKey();
    const record: TokenDevice = { generation, product, device, key, ...titleOf(json["desc"]) };
    const name = nameOf(record);
    if (registry.devices.has(name)) throw new IotError("exists", "device already exists");
    if (registry.devices.size >= limits.devices)
      throw new IotError("other", `the limit of ${limits.devices} devices is reached`);
    saved(() => registry.add(record));
    events.emit("registered", { device: name, title: printable(record.title ?? ""), isNew: true });
    return success({ ...describe(record), sec_key: key });
  });

  app.get("/device/list", TOKEN, (request) => {
    const { product } = productOf(registry, request, queryOf(request));
    const offset = numberOf(request, "offset", { usual: 0 });
    const limit = numberOf(request, "limit", { minimum: 1, maximum: 100, usual: 10 });
    const records = [...registry.devices.values()].filter((record) => record.product === product);
    return success({
      total: records.length,
      list: records.slice(offset, offset + limit).map((record) => describe(record as TokenDevice)),
    });
  });

  app.get("/device/detail", TOKEN, (request) => {
    const record = deviceOf(registry, request, queryOf(request));
    return success({ ...describe(record), sec_key: record.key });
  });

  app.post("/device/update", TOKEN, (request) => {
    const json = jsonOf(request);
    productOf(registry, request, json);
    const { generation, product, device, key, subDevices } = deviceOf(registry, request, json);
    const kept = { generation, product, device, key, ...(subDevices && { subDevices }) };
    const record: TokenDevice = { ...kept, ...titleOf(json["desc"]) };
    saved(() => registry.update(record));
    return success(describe(record));
  });

  app.post("/device/reset-seckey", TOKEN, (request) => {
    const json = jsonOf(request);
    productOf(registry, request, json);
    const record = { ...deviceOf(registry, request, json), key: newKey() };
    saved(() => registry.update(record));
    return success({ sec_key: record.key });
  });

  app.get("/product/detail", TOKEN, (request) => {
    const record = productOf(registry, request, queryOf(request));
    const { product, generation, title = product } = record;
    return success({
      pid: product,
      name: title,
      access_pt: MQTT,
      data_pt: DATA_PROTOCOL[generation as TokenDevice["generation"]],
    });
  });

  app.post("/device/delete", TOKEN, (request) => {
    const json = jsonOf(request);
    productOf(registry, request, json);
    const record = deviceOf(registry, request, json);
    const name = nameOf(record);
    const gateway = saved(() => registry.remove(name));
    // A later device of this name starts with nothing.
    sessions.forget(name, english`the device was deleted`);
    store.forget(name);
    application.forget(name, gateway);
    updates.forget(name);
    files.forget(name);
    events.emit("notice", { device: name, detail: english`deleted by the HTTP API` });
    return success();
  });

  // The account that gets a device has to accept it on the platform's page. Here nobody does, so the device stays.
  app.post("/device/movedevice", TOKEN, (request) => {
    const json = jsonOf(request);
    const { product } = productOf(registry, request, json);
    const { target_user_tel: phone } = json;
    const devices = [json["device_name"] ?? []].flat();
    if (devices.length === 0 || devices.length > MOST_MOVED)
      throw new IotError("parameter", `device_name must be a list of 1 to ${MOST_MOVED} names`);
    const records = devices.map((device) =>
      deviceOf(registry, request, { product_id: product, device_name: device }),
    );
    if (typeof phone !== "string" || !/^1\d{10}$/.test(phone))
      throw new IotError("parameter", "target_user_tel must be a mobile number of 11 digits");
    for (const record of records)
      events.emit("notice", {
        device: nameOf(record),
        detail: english`the HTTP API asks to move it to another account: it stays, because nobody accepts it here`,
      });
    return success();
  });

  function describe(record: TokenDevice): object {
    const { generation, product, device, title = "" } = record;
    const name = nameOf(record);
    const seen = sessions.seen(name);
    const offline = seen === undefined ? STATUS.inactive : STATUS.offline;
    return {
      did: identifierOf(name),
      pid: product,
      name: device,
      desc: title,
      status: sessions.isOnline(name) ? STATUS.online : offline,
      access_pt: MQTT,
      data_pt: DATA_PROTOCOL[generation],
      ...(seen && { activate_time: timeOf(seen.first), last_time: timeOf(seen.last) }),
    };
  }
}

function newKey(): string {
  return randomBytes(32).toString("base64");
}

/** @throws IotError if it is not a text of at most {@link LONGEST_TITLE} characters */
function titleOf(desc: JsonValue | undefined): { title?: string } {
  if (desc === undefined || desc === "") return {};
  if (isTitle(desc)) return { title: desc };
  throw new IotError("parameter", `desc must be a text of at most ${LONGEST_TITLE} characters`);
}

/** @throws IotError without the details, which are for the platform's user, not for a program */
function saved<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    const { code = "the registry file is invalid" } = error as NodeJS.ErrnoException;
    throw new IotError("other", `the device could not be saved: ${code}`);
  }
}

/** The platform numbers devices; here, a number that stays the same for a name. */
export function identifierOf(name: string): string {
  return String(createHash("sha256").update(name).digest().readUIntBE(0, 6));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
