/** OneNET's service for updates, as its documents and recorded exchanges have it, for one device. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** States of a task. */
const enum Status {
  Waiting = 1,
  Downloading = 2,
  Upgrading = 3,
  Done = 4,
  Failed = 5,
}

export interface OtaPlatform {
  readonly port: number;
  /** All requests: method, path, range, body. */
  readonly requests: string[];
  /** The steps that the device reported. */
  readonly steps: number[];
  /** The version that the device reported, or reached. */
  version(): string | undefined;
  status(): number | undefined;
  /** Starts a task. */
  offer(bytes: string, target: string): void;
  close(): Promise<void>;
}

export async function startOtaPlatform(product: string, device: string, token: string): Promise<OtaPlatform> {
  const requests: string[] = [];
  const steps: number[] = [];
  let version: string | undefined;
  let tid = 1317437;
  let task: { bytes: Buffer; target: string; status: Status } | undefined;

  function json(response: ServerResponse, code: number, msg: string, data?: object): void {
    const body = JSON.stringify({ code, msg, ...(data ? { data } : {}), request_id: "1d6b3b0e" });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    const range = request.headers.range ?? "";
    requests.push([request.method, request.url, range, body].filter(Boolean).join(" "));
    if (request.headers.authorization !== token) return json(response, 10403, "auth failed");
    const base = `/fuse-ota/${product}/${device}/`;
    if (!pathname.startsWith(base)) return json(response, 10404, "no such path");
    const what = pathname.slice(base.length);
    if (what === "version" && request.method === "POST") {
      const given = JSON.parse(body) as Record<string, string>;
      if (!given["s_version"] || !given["f_version"]) return json(response, 10002, "invalid parameter");
      version = given["s_version"];
      return json(response, 0, "succ");
    }
    if (what === "check" && searchParams.get("type") === "2") {
      if (!task) return json(response, 12012, "not exist");
      if (task.status > Status.Upgrading) return json(response, 12013, "task succ");
      const md5 = createHash("md5").update(task.bytes).digest("hex");
      return json(response, 0, "succ", {
        target: task.target,
        tid,
        size: task.bytes.length,
        md5,
        status: task.status,
        type: 1,
      });
    }
    if (!task || !what.startsWith(`${tid}/`)) return json(response, 12012, "not exist");
    if (what === `${tid}/download`) {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      if (task.status === Status.Waiting) task.status = Status.Downloading;
      const all = task.bytes.length;
      const start = Number(from ?? 0);
      const piece = task.bytes.subarray(start, Number(to ?? all) + 1);
      const more =
        from === undefined ? {} : { "Content-Range": `bytes ${start}-${start + piece.length - 1}/${all}` };
      response
        .writeHead(from === undefined ? 200 : 206, {
          "Content-Type": "application/octet-stream",
          "Content-Disposition": "attachment; filename=app",
          "Content-Length": piece.length,
          "Ota-Errno": 0,
          ...more,
        })
        .end(piece);
      return;
    }
    const { step } = JSON.parse(body) as { step: number };
    steps.push(step);
    if (task.status > Status.Upgrading) return json(response, 20, "task finish");
    if (step === 101) task.status = Status.Upgrading;
    else if (step === 201) {
      task.status = Status.Done;
      version = task.target;
    } else task.status = Status.Failed;
    json(response, 0, "succ");
  }

  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => answer(request, response, body));
    request.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    steps,
    version: () => version,
    status: () => task?.status,
    offer(bytes, target) {
      tid++;
      task = { bytes: Buffer.from(bytes, "latin1"), target, status: Status.Waiting };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
