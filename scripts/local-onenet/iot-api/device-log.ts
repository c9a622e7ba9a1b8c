/** `/device/status-history` and `/device/*-log`: what happened to a device. */

import type { FastifyInstance } from "fastify";
import { parseBeijingTime } from "../beijing-time.ts";
import { logOf, type LogName } from "../data.ts";
import { nameOf, type Registry } from "../devices.ts";
import { selectPoints } from "../history.ts";
import { isObject, type JsonValue } from "../json.ts";
import type { Store } from "../store.ts";
import { TOKEN, deviceOf } from "./access.ts";
import { pageOf, queryOf, success, textOf } from "./answer.ts";

/** The calls, and an entry of their lists, from an entry of the log. */
const LOGS: Readonly<Record<string, readonly [log: LogName, describe: (entry: JsonValue) => object]>> = {
  "status-history": ["status", (status) => ({ status })],
  "operation-log": ["operation", (entry) => describeRequest(entry, "params")],
  "service-log": ["service", (entry) => describeRequest(entry, "input")],
  "event-log": [
    "event",
    (entry) => ({ ...objectOf(entry), value: textOf(objectOf(entry)["value"] ?? null) }),
  ],
};

export function addLogCalls(
  app: FastifyInstance,
  { registry, store }: { readonly registry: Registry; readonly store: Store },
): void {
  for (const [call, [log, describe]] of Object.entries(LOGS)) {
    app.get(`/device/${call}`, TOKEN, (request) => {
      const name = nameOf(deviceOf(registry, request, queryOf(request)));
      const { datastreams } = selectPoints(store, logOf(name), { streams: [log], ...pageOf(request) });
      const entries = datastreams[0]?.datapoints ?? [];
      return success({
        list: entries.map(({ at, value }) => ({ time: parseBeijingTime(at), ...describe(value) })),
      });
    });
  }
}

/** @param sent the name of what the platform sent */
function describeRequest(entry: JsonValue, sent: string): object {
  const { call, params = null, code, data = null } = objectOf(entry);
  const [kind, identifier] = typeof call === "string" ? call.split("/") : [];
  return {
    ...(kind === "service" ? { identifier } : { type: identifier }),
    [sent]: textOf(params),
    ...(code !== undefined && { code }),
    ...(data !== null && { output: textOf(data) }),
  };
}

function objectOf(entry: JsonValue): Readonly<Record<string, JsonValue>> {
  return isObject(entry) ? entry : {};
}
