/** `/thingmodel/*`: properties and services of devices with a thing model. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { parseBeijingTime } from "../beijing-time.ts";
import { nameOf, type Registry } from "../devices.ts";
import { selectPoints } from "../history.ts";
import { isObject, type JsonValue } from "../json.ts";
import { OfflineError, type Reply } from "../requests.ts";
import type { Store } from "../store.ts";
import type { Application } from "../studio.ts";
import { TOKEN, deviceOf, productOf } from "./access.ts";
import { IotError, jsonOf, pageOf, queryOf, success, textOf } from "./answer.ts";
import { SYSTEM_MODEL } from "./system-model.ts";

export interface ThingModelParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly application: Application;
}

/** How long `set-device-property` waits for the device's answer, in ms. */
const SET_TIMEOUT = 10_000;

export function addThingModelCalls(
  app: FastifyInstance,
  { registry, store, application }: ThingModelParts,
): void {
  app.get("/thingmodel/query-device-property", TOKEN, (request) => {
    const record = deviceOf(registry, request, queryOf(request));
    const streams = store.streams(nameOf(record));
    const { properties = [] } = registry.products.get(record.product)?.thingModel ?? {};
    return success(
      properties.map(({ identifier, name, desc, accessMode, dataType }) => {
        const newest = streams.get(identifier)?.points.at(-1);
        const desired = application.desired(nameOf(record)).get(identifier);
        return {
          identifier,
          ...(name !== undefined && { name }),
          access_mode: accessMode,
          data_type: dataType.type,
          ...(desc !== undefined && { description: desc }),
          ...(newest && { value: textOf(newest.value), time: parseBeijingTime(newest.at) }),
          ...(desired && { expect_value: textOf(desired.value) }),
        };
      }),
    );
  });

  app.get("/thingmodel/query-device-property-history", TOKEN, (request) => {
    const query = queryOf(request);
    const record = deviceOf(registry, request, query);
    const { identifier = "" } = query;
    const { properties = [] } = registry.products.get(record.product)?.thingModel ?? {};
    if (!properties.some((one) => one.identifier === identifier)) {
      throw new IotError("parameter", "identifier must name a property of the thing model");
    }
    const { datastreams } = selectPoints(store, nameOf(record), {
      streams: [identifier],
      ...pageOf(request),
    });
    const points = datastreams[0]?.datapoints ?? [];
    return success({
      list: points.map(({ at, value }) => ({ time: parseBeijingTime(at), value: textOf(value) })),
    });
  });

  app.post("/thingmodel/set-device-property", TOKEN, (request) => {
    const { record, params } = thingCall(request);
    return answered(application.setProperty(nameOf(record), objectOf(params), SET_TIMEOUT));
  });

  app.post("/thingmodel/query-device-property-detail", TOKEN, (request) => {
    const { record, params } = thingCall(request);
    const wanted = Array.isArray(params) ? params.filter((one) => typeof one === "string") : [];
    return answered(application.getProperty(nameOf(record), wanted));
  });

  app.post("/thingmodel/set-device-desired-property", TOKEN, (request) => {
    const { record, params } = thingCall(request);
    const values = objectOf(params);
    try {
      application.setDesired(nameOf(record), values);
    } catch (error) {
      throw new IotError("parameter", (error as Error).message);
    }
    return success();
  });

  app.post("/thingmodel/query-device-desired-property", TOKEN, (request) => {
    const { record, params } = thingCall(request);
    if (!Array.isArray(params)) throw new IotError("parameter", "params must be a list of identifiers");
    const values = [...application.desired(nameOf(record))].filter(([identifier]) =>
      params.includes(identifier),
    );
    return success(Object.fromEntries(values));
  });

  app.post("/thingmodel/delete-device-desired-property", TOKEN, (request) => {
    const { record, params } = thingCall(request);
    application.forgetDesired(nameOf(record), objectOf(params));
    return success();
  });

  app.get("/thingmodel/query-thing-model", TOKEN, (request) => {
    const { thingModel } = productOf(registry, request, queryOf(request));
    if (thingModel === undefined) throw new IotError("parameter", "the product has no thing model");
    return success(thingModel);
  });

  app.get("/thingmodel/query-system-thing-model", TOKEN, () => success(SYSTEM_MODEL));

  app.post("/thingmodel/call-service", TOKEN, (request) => {
    const { record, params, identifier } = thingCall(request);
    if (typeof identifier !== "string") throw new IotError("parameter", "identifier must name a service");
    return answered(application.invoke(nameOf(record), identifier, objectOf(params)));
  });

  function thingCall(request: FastifyRequest) {
    const json = jsonOf(request);
    const record = deviceOf(registry, request, json);
    return { record, params: json["params"], identifier: json["identifier"] };
  }
}

/** @throws IotError if the device was not asked or did not answer */
async function answered(reply: Promise<Reply>): Promise<object> {
  const { code, message, data } = await reply.catch((error: unknown) => {
    const kind = error instanceof OfflineError ? "offline" : "unanswered";
    throw new IotError(kind, (error as Error).message);
  });
  return success({ code, msg: message, ...(data === undefined ? {} : { data }) });
}

function objectOf(params: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  if (!isObject(params)) throw new IotError("parameter", "params must be an object");
  return params;
}
