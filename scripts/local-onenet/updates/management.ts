/**
 * `/local-ota/*`: packages and tasks, for `npm run publish`. The platform has these only on its pages; the calls are the
 * local OneNET's own. Each needs a token of the product.
 */

import type { FastifyInstance } from "fastify";
import { NotStored } from "../data.ts";
import { nameOf, type Registry, type TokenDevice } from "../devices.ts";
import { productOf, TOKEN } from "../iot-api/access.ts";
import { bodyOf, IotError, jsonOf, queryOf, success } from "../iot-api/answer.ts";
import { isObject, type JsonValue } from "../json.ts";
import type { UpdateFault } from "./task.ts";
import { LARGEST_FILE, type Updates } from "./updates.ts";

export interface ManagementParts {
  readonly registry: Registry;
  readonly updates: Updates;
}

export function addUpdateManagement(app: FastifyInstance, { registry, updates }: ManagementParts): void {
  const file = { ...TOKEN, bodyLimit: LARGEST_FILE };

  app.post("/local-ota/package", file, (request) => {
    const query = queryOf(request);
    const { product } = productOf(registry, request, query);
    const { version = "", device_name: device } = query;
    return success(tried(() => updates.addPackage(product, version, bodyOf(request), device)));
  });

  app.get("/local-ota/packages", TOKEN, (request) =>
    success({ list: updates.packages(productOf(registry, request, queryOf(request)).product) }),
  );

  app.post("/local-ota/task", TOKEN, (request) => {
    const json = jsonOf(request);
    const { product } = productOf(registry, request, json);
    const { package_id: id } = json;
    if (typeof id !== "number") throw new IotError("parameter", "package_id must be a number");
    const device = nameOf(deviceIn(product, json["device_name"]));
    const fault = json["fault"] === undefined ? undefined : faultOf(json["fault"]);
    return success(tried(() => updates.start(device, id, fault)));
  });

  app.get("/local-ota/tasks", TOKEN, (request) => {
    const { product } = productOf(registry, request, queryOf(request));
    const records = [...registry.devices.values()].filter((record) => record.product === product);
    const list = records.map((record) => {
      const name = nameOf(record);
      return { device_name: record.device, ...updates.versions(name), task: updates.task(name) };
    });
    return success({ list });
  });

  app.post("/local-ota/cancel", TOKEN, (request) => {
    const json = jsonOf(request);
    const { product } = productOf(registry, request, json);
    const isCancelled = updates.cancel(nameOf(deviceIn(product, json["device_name"])));
    if (!isCancelled) throw new IotError("noTask", "the device has no task under way");
    return success();
  });

  function deviceIn(product: string, device: JsonValue | undefined): TokenDevice {
    const record = typeof device === "string" ? registry.devices.get(`${product}/${device}`) : undefined;
    if (record === undefined || record.generation === "multiprotocol")
      throw new IotError("noDevice", "device not found");
    return record;
  }
}

/** @throws IotError in place of another error */
function tried<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new IotError(error instanceof NotStored ? "other" : "parameter", (error as Error).message);
  }
}

function faultOf(json: JsonValue): UpdateFault {
  const { kind, at } = isObject(json) ? json : {};
  if (kind === "hash" || kind === "signature") return { kind };
  if (kind === "cut" && typeof at === "number" && Number.isSafeInteger(at) && at >= 0) return { kind, at };
  throw new IotError("parameter", 'fault must be {"kind":"cut","at":<byte>}, "hash" or "signature"');
}
