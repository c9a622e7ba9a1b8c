/** A device that updates itself over OneNET's service, as the firmware does: for tests of what serves it. */

import { mintToken, resourceOf } from "../../scripts/boards/token.ts";
import { isSigned, readPackage } from "../../scripts/boards/update/package.ts";
import type { LocalOneNet, TokenDevice } from "../../scripts/local-onenet/index.ts";
import { connectAsync } from "./mqtt-client.ts";

export interface UpdatedDevice {
  /** The program that it runs. */
  readonly program: () => string;
  close(): Promise<void>;
}

export interface UpdatedDeviceOptions {
  readonly platform: LocalOneNet;
  readonly record: TokenDevice;
  /** Of its updates. */
  readonly key: string;
  /** Whether a program gets online on trial; always by default. */
  readonly works?: (program: string) => boolean;
}

/** Bytes asked for at once. */
const RANGE = 64;

/** Starts one that is online, with a program of version 1. */
export async function startUpdatedDevice(options: UpdatedDeviceOptions): Promise<UpdatedDevice> {
  const { platform, record, key, works = () => true } = options;
  const { product, device } = record;
  const token = mintToken(
    { resource: resourceOf(product, device), expires: 2e9, method: "sha1" },
    record.key,
  );
  const own = `http://127.0.0.1:${platform.httpPort}/fuse-ota/${product}/${device}`;
  let [program, version, time] = ["", "1", 0];
  const ended = new AbortController();

  const { signal } = ended;
  const ask = (path: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(own + path, { headers: { ...more, authorization: token }, signal });
  const post = (path: string, body: object) =>
    fetch(own + path, {
      method: "POST",
      headers: { authorization: token },
      body: JSON.stringify(body),
      signal,
    });

  async function range(tid: number, from: number, to: number): Promise<string> {
    for (;;) {
      try {
        const response = await ask(`/${tid}/download`, { range: `bytes=${from}-${to - 1}` });
        const bytes = Buffer.from(await response.arrayBuffer());
        if (response.headers.get("ota-errno") !== "0") return "";
        return bytes.toString("latin1");
      } catch (error) {
        if (ended.signal.aborted) throw error; // else the link was cut: again
      }
    }
  }

  /** Looks for a task, and does what it says. */
  async function update(): Promise<void> {
    const { data } = (await (await ask(`/check?type=2&version=${version}`)).json()) as {
      data?: { tid: number; size: number };
    };
    if (data === undefined) return;
    const { tid, size } = data;
    const status = (step: number) => post(`/${tid}/status`, { step });
    let bytes = "";
    while (bytes.length < size) {
      const part = await range(tid, bytes.length, Math.min(size, bytes.length + RANGE));
      if (part === "") return; // the task is over
      bytes += part;
    }
    const made = isSigned(bytes, key) ? readPackage(bytes) : undefined;
    await status(101);
    const end = made === undefined ? 205 : made.time <= time ? 204 : works(made.program) ? 201 : 206;
    await status(end);
    if (made === undefined || end !== 201) return;
    ({ program, version, time } = made);
    await report();
  }

  async function report(): Promise<void> {
    await post("/version", { s_version: version, f_version: "2v29" });
  }

  const client = await connectAsync(`mqtt://127.0.0.1:${platform.suitePort}`, {
    clientId: device,
    username: product,
    password: token,
  });
  const inform = `$sys/${product}/${device}/ota/inform`;
  /** One at a time. */
  let work = report();
  client.on("message", (topic, payload) => {
    if (topic !== inform) return;
    const { id } = JSON.parse(payload.toString()) as { id: string };
    void client.publish(`${inform}_reply`, JSON.stringify({ id, code: 200, msg: "success" }));
    work = work.then(update).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
  });
  await client.subscribe(inform);
  await work;
  return {
    program: () => program,
    async close() {
      ended.abort();
      await work;
      await client.end();
    },
  };
}
