/** `/device/file-*`: the files that devices upload. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { english } from "../../cli/language.ts";
import { beijingTime } from "../beijing-time.ts";
import { NotStored } from "../data.ts";
import { nameOf, type Registry } from "../devices.ts";
import type { Reporter } from "../events.ts";
import {
  FileFault,
  LARGEST_FILE,
  MOST_BYTES,
  MOST_OF_DEVICE,
  type FileSpace,
  type StoredFile,
} from "../files/file-space.ts";
import { readForm } from "../files/multipart.ts";
import { printable } from "../text.ts";
import { devicesOpenTo, deviceOf, TOKEN } from "./access.ts";
import { bodyOf, IotError, jsonOf, numberOf, queryOf, success } from "./answer.ts";

export interface FileParts {
  readonly registry: Registry;
  readonly events: Reporter["events"];
  readonly files: FileSpace;
}

/** Room in a form for everything but the file, in bytes. */
const FORM = 16 * 1024;

/** Most files that are received at a time: each takes its memory. */
const MOST_AT_ONCE = 4;

export function addFileCalls(app: FastifyInstance, { registry, events, files }: FileParts): void {
  let uploads = 0;

  /** Before the body is read. */
  function admit(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    if (Number(request.headers["content-length"]) > LARGEST_FILE + FORM) {
      done(new IotError("parameter", `a file has at most ${LARGEST_FILE / 2 ** 20} MiB`));
    } else if (uploads >= MOST_AT_ONCE) {
      done(new IotError("other", `${MOST_AT_ONCE} files are being uploaded already: try again`));
    } else {
      uploads++;
      reply.raw.once("close", () => uploads--);
      done();
    }
  }

  const upload = { ...TOKEN, bodyLimit: LARGEST_FILE + FORM, onRequest: admit };
  app.post("/device/file-upload", upload, (request) => {
    const form = readForm(request.headers["content-type"], bodyOf(request));
    if (typeof form === "string") throw new IotError("parameter", form);
    const textOf = (name: string) => form.get(name)?.bytes.toString("utf8");
    const { fileName, bytes } = form.get("file") ?? {};
    const device = nameOf(
      deviceOf(registry, request, { product_id: textOf("product_id"), device_name: textOf("device_name") }),
    );
    if (bytes === undefined || fileName === undefined)
      throw new IotError("parameter", "the form has no file: its part is named file and has a filename");
    const { fid, name, size } = added(device, fileName, Buffer.from(bytes));
    events.emit("notice", { device, detail: english`uploaded the file ${printable(name)}, ${size} bytes` });
    return success({ fid });
  });

  app.get("/device/file-list", TOKEN, (request) => {
    const offset = numberOf(request, "offset", { usual: 0 });
    const limit = numberOf(request, "limit", { minimum: 1, maximum: 1000, usual: 10 });
    const open = new Map(devicesOpenTo(registry, request).map((record) => [nameOf(record), record]));
    const own = files.list().filter(({ device }) => open.has(device));
    return success({
      list: own.slice(offset, offset + limit).map(({ fid, device, name, size, created }) => ({
        ...{ fid, name, file_size: size, ct: beijingTime(created).slice(0, 19) },
        ...{ product_id: open.get(device)?.product, device_name: open.get(device)?.device },
      })),
      meta: { total: own.length, offset, limit },
    });
  });

  app.get("/device/file-download", TOKEN, (request, reply) => {
    const { fid, name } = fileOf(request, queryOf(request)["fid"]);
    return reply
      .headers({
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", "%27")}`,
        "x-content-type-options": "nosniff",
      })
      .send(files.bytes(fid));
  });

  app.post("/device/file-delete", TOKEN, (request) => {
    files.remove(fileOf(request, jsonOf(request)["fid"]).fid);
    return success();
  });

  app.get("/device/file-space", TOKEN, () => {
    const used = files.used();
    return success({ total_size: MOST_BYTES, use_size: used, has_size: MOST_BYTES - used });
  });

  app.get("/device/file-device-count", TOKEN, (request) => {
    const device = nameOf(deviceOf(registry, request, queryOf(request)));
    const own = files.list().filter((file) => file.device === device);
    return success({ upper_limit: MOST_OF_DEVICE, files_total: own.length });
  });

  function added(device: string, name: string, bytes: Buffer): StoredFile {
    try {
      return files.add(device, name, bytes);
    } catch (error) {
      if (error instanceof NotStored) throw new IotError("other", error.message);
      if (error instanceof FileFault)
        throw new IotError(error.kind === "name" ? "parameter" : "other", error.message);
      throw error;
    }
  }

  /** @throws IotError if there is no such file, or the token does not open its device */
  function fileOf(request: FastifyRequest, fid: unknown): StoredFile {
    const file = files.list().find((one) => one.fid === fid);
    const isOpen = devicesOpenTo(registry, request).some((record) => nameOf(record) === file?.device);
    if (file !== undefined && isOpen) return file;
    throw new IotError("parameter", "fid must be that of a file");
  }
}
