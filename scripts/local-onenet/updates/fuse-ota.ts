/** `/fuse-ota/*`: what devices call for their updates; `/ota/*`, as in 2021–22. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { VERSION } from "../../boards/update/package.ts";
import { nameOf, type Registry, type TokenDevice } from "../devices.ts";
import { deviceOf, TOKEN } from "../iot-api/access.ts";
import { CODE, IotError, jsonOf, queryOf, success } from "../iot-api/answer.ts";
import { spanOf } from "./range.ts";
import { STATUS, type UpdateTask } from "./task.ts";
import type { Updates } from "./updates.ts";

/** Why a download failed, in the header `Ota-Errno`: the HTTP status is 200 nevertheless. */
const OTA_ERRNO = { none: 0, noDevice: 1, noFile: 2, over: 5, auth: 6 } as const;

interface Called {
  Params: { product: string; device: string; tid: string };
}

export interface FuseOtaParts {
  readonly registry: Registry;
  readonly updates: Updates;
}

export function addFuseOta(app: FastifyInstance, parts: FuseOtaParts): void {
  addCalls(app, "/fuse-ota", parts);
  // The service of studio-ota.heclouds.com.
  void app.register((older, _options, done) => {
    older.addHook("preSerialization", (_request, _reply, answer, then) => then(null, olderAnswer(answer)));
    addCalls(older, "/ota", parts);
    done();
  });
}

/** An answer with the names of 2021–22. */
function olderAnswer(answer: unknown): object {
  const { code: errno, msg: error, ...rest } = answer as Readonly<Record<string, unknown>>;
  return { errno, error, ...rest };
}

function addCalls(app: FastifyInstance, base: string, { registry, updates }: FuseOtaParts): void {
  const own = `${base}/:product/:device`;

  function callerOf(request: FastifyRequest<Called>): TokenDevice {
    const { product, device } = request.params;
    return deviceOf(registry, request, { product_id: product, device_name: device });
  }

  /** The device's task, if it has the number that the call names. */
  function taskOf(request: FastifyRequest<Called>): UpdateTask | undefined {
    const task = updates.task(nameOf(callerOf(request)));
    return String(task?.tid) === request.params.tid ? task : undefined;
  }

  app.post<Called>(`${own}/version`, TOKEN, (request) => {
    const record = callerOf(request);
    const { s_version, f_version } = jsonOf(request);
    if (!isVersion(s_version) || !isVersion(f_version))
      throw new IotError("parameter", "s_version and f_version must have 1 to 20 of A–Z a–z 0–9 . _ -");
    updates.report(record, { s_version, f_version });
    return success();
  });

  app.get<Called>(`${own}/version`, TOKEN, (request) =>
    success(updates.versions(nameOf(callerOf(request))) ?? { s_version: "", f_version: "" }),
  );

  app.get<Called>(`${own}/check`, TOKEN, (request) => {
    const device = nameOf(callerOf(request));
    const { type, version } = queryOf(request);
    if (type !== "1" && type !== "2")
      throw new IotError("parameter", "type must be 1 (the module's firmware) or 2 (the MCU's program)");
    if (!isVersion(version))
      throw new IotError("parameter", "version must have 1 to 20 of A–Z a–z 0–9 . _ -");
    const task = type === "2" ? updates.task(device) : undefined;
    if (task?.state === "done") throw new IotError("taskSucceeded", "task succ");
    if (task === undefined || STATUS[task.state] > STATUS.done) throw new IotError("noTask", "not exist");
    const { target, tid, size, state } = task;
    const { md5 } = updates.content(device);
    return success({ target, tid, size, md5, status: STATUS[state], type: WHOLE });
  });

  app.get<Called>(`${own}/:tid/check`, TOKEN, (request) => {
    const task = taskOf(request);
    if (task === undefined) throw new IotError("noTask", "not exist");
    return success({ status: STATUS[task.state] });
  });

  app.get<Called>(`${own}/:tid/download`, { ...TOKEN, errorHandler: refuseDownload }, (request, reply) => {
    const task = taskOf(request);
    if (task === undefined) return refuse(reply, OTA_ERRNO.noFile);
    const { device, state, tid } = task;
    if (STATUS[state] >= STATUS.done) return refuse(reply, OTA_ERRNO.over);
    const { bytes } = updates.content(device);
    const asked = spanOf(request.headers.range, bytes.length);
    const { from, to } = asked ?? { from: 0, to: bytes.length };
    const cut = updates.sends(device, from, to);
    const headers = {
      "content-type": "application/octet-stream",
      "content-length": to - from,
      "content-disposition": `attachment; filename=${tid}.bin`,
      "ota-errno": OTA_ERRNO.none,
      ...(asked && { "content-range": `bytes ${from}-${Math.max(from, to - 1)}/${bytes.length}` }),
    };
    const status = asked ? 206 : 200;
    if (cut === undefined) return reply.code(status).headers(headers).send(bytes.subarray(from, to));
    reply.hijack();
    reply.raw.writeHead(status, headers);
    reply.raw.write(bytes.subarray(from, cut), () => reply.raw.destroy());
    return reply;
  });

  app.post<Called>(`${own}/:tid/status`, TOKEN, (request) => {
    const record = callerOf(request);
    const { step } = jsonOf(request);
    if (typeof step !== "number" || !Number.isInteger(step))
      throw new IotError("parameter", "step must be a whole number");
    const task = taskOf(request);
    if (task === undefined) throw new IotError("noTask", "not exist");
    const fault = updates.step(record, step);
    if (fault === "over") throw new IotError("taskFinished", "task finish");
    if (fault === "unknown") throw new IotError("parameter", `there is no step ${step}`);
    if (fault === "state") throw new IotError("parameter", `step ${step} is not taken while ${task.state}`);
    return success();
  });
}

/** The package is a whole program, and not what differs from the last one. */
const WHOLE = 1;

function isVersion(value: unknown): value is string {
  return typeof value === "string" && VERSION.test(value);
}

function refuse(reply: FastifyReply, errno: number): FastifyReply {
  return reply.code(200).header("ota-errno", errno).type("application/octet-stream").send(Buffer.alloc(0));
}

function refuseDownload(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const code = error instanceof IotError ? error.code : CODE.other;
  void refuse(reply, code === CODE.auth ? OTA_ERRNO.auth : OTA_ERRNO.noDevice);
}
