/** `/datapoint/*`: data points and commands of devices with data streams. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { parseBeijingTime } from "../beijing-time.ts";
import type { Commands } from "../commands.ts";
import { nameOf, type Registry } from "../devices.ts";
import { selectPoints } from "../history.ts";
import { MAXIMUM_PAYLOAD } from "../limits.ts";
import type { Store } from "../store.ts";
import { TOKEN, deviceOf } from "./access.ts";
import { IotError, bodyOf, numberOf, queryOf, success } from "./answer.ts";

export interface DatapointParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly commands: Commands;
}

/** How long a call may wait for a command's response, in s. */
const TIMEOUT = { minimum: 5, maximum: 30, usual: 5 } as const;

/** Most calls that wait for one device's responses: each holds a connection. */
const MAXIMUM_WAITING = 10;

export function addDatapointCalls(app: FastifyInstance, { registry, store, commands }: DatapointParts): void {
  /** Calls that wait for a device's response, by device. */
  const waiting = new Map<string, number>();

  /** Waits for the response to a command. */
  async function responseOf(device: string, uuid: string, timeout: number): Promise<Buffer | undefined> {
    waiting.set(device, (waiting.get(device) ?? 0) + 1);
    const response = await commands.response(uuid, timeout);
    const left = (waiting.get(device) ?? 1) - 1;
    if (left > 0) waiting.set(device, left);
    else waiting.delete(device);
    return response;
  }

  app.post("/datapoint/synccmds", TOKEN, async (request) => {
    const record = deviceOf(registry, request, queryOf(request));
    const seconds = numberOf(request, "timeout", TIMEOUT);
    const device = nameOf(record);
    if ((waiting.get(device) ?? 0) >= MAXIMUM_WAITING) {
      throw new IotError("other", `${MAXIMUM_WAITING} calls are already waiting for the device's answers`);
    }
    const sent = commands.send(device, bodyOf(request));
    if (!sent.sent && sent.why === "unsubscribed")
      throw new IotError("unsubscribed", "device not subscribed");
    if (!sent.sent && sent.why === "offline") throw new IotError("offline", "device not online");
    if (!sent.sent) throw new IotError("parameter", `a command must have 1 to ${MAXIMUM_PAYLOAD} bytes`);
    const response = await responseOf(device, sent.uuid, seconds * 1000);
    if (response === undefined) throw new IotError("unanswered", "the device did not answer in time");
    return success({ cmd_uuid: sent.uuid, cmd_resp: response.toString("utf8") });
  });

  app.get("/datapoint/current-datapoints", TOKEN, (request) => {
    const record = deviceOf(registry, request, queryOf(request));
    const wanted = namesOf(request, "datastream_ids");
    const newest = [...store.streams(nameOf(record))]
      .filter(([id]) => wanted?.includes(id) !== false)
      .map(([id, { points }]) => ({ id, ...points.at(-1) }));
    return success({ devices: [{ title: record.device, datastreams: newest }] });
  });

  app.get("/datapoint/history-datapoints", TOKEN, (request) => {
    const record = deviceOf(registry, request, queryOf(request));
    return success(
      selectPoints(store, nameOf(record), {
        streams: namesOf(request, "datastream_id"),
        limit: numberOf(request, "limit", { minimum: 1, maximum: 6000, usual: 100 }),
        newestFirst: queryOf(request)["sort"] === "DESC",
        from: timeOf(request, "start") ?? -Infinity,
        to: timeOf(request, "end") ?? Infinity,
      }),
    );
  });
}

/** The data streams that a parameter names, separated by commas; undefined if it is left out: all of them. */
function namesOf(request: FastifyRequest, name: string): readonly string[] | undefined {
  const text = queryOf(request)[name] ?? "";
  return text === "" ? undefined : text.split(",");
}

/** A Beijing time of the query, in ms since 1970; undefined if it is left out. */
function timeOf(request: FastifyRequest, name: string): number | undefined {
  const text = queryOf(request)[name] ?? "";
  if (text === "") return undefined;
  const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d$/.test(text) ? parseBeijingTime(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new IotError("parameter", `${name} must be a Beijing time such as 2026-05-29T08:00:00`);
}
