import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startLocalOneNet, type LocalOneNet } from "../../scripts/local-onenet/index.ts";
import { findProgram } from "../../scripts/bench/program.ts";

const PUB = findProgram("mosquitto_pub");
const WITHOUT = "skipped: mosquitto_pub is not installed (Debian: apt-get install mosquitto-clients)";

describe("mosquitto's own client against the local OneNET", () => {
  let platform: LocalOneNet;

  beforeEach(async (context) => {
    if (!PUB) return context.skip(WITHOUT);
    platform = await startLocalOneNet({
      devices: [
        { generation: "multiprotocol", product: "244754", device: "527521926", authInfo: "3C71BFC80054" },
      ],
    });
  });
  afterEach(async () => {
    if (PUB) await platform.close();
  });

  function publish(password: string, topic: string, payload: string): Promise<unknown> {
    const port = String(platform.mqttPort);
    const login = ["-h", "127.0.0.1", "-p", port, "-i", "527521926", "-u", "244754", "-P", password];
    return promisify(execFile)(PUB ?? "", [
      ...login,
      "-V",
      "mqttv311",
      "-q",
      "1",
      "-t",
      topic,
      "-m",
      payload,
    ]);
  }

  it("publishes to a product topic", async () => {
    const seen: string[] = [];
    platform.on("message", ({ topic, payload }) => seen.push(`${topic} ${payload.toString()}`));
    await publish("3C71BFC80054", "classroom/1", "hello");
    await expect.poll(() => seen).toEqual(["classroom/1 hello"]);
  });

  it("is refused with a wrong password", async () => {
    await expect(publish("wrong", "classroom/1", "hello")).rejects.toMatchObject({
      stderr: expect.stringMatching(/bad user name or password/) as string,
    });
  });

  it("sending an invalid $dp frame is reported by the platform", async () => {
    await publish("3C71BFC80054", "$dp", "no frame");
    await expect.poll(() => platform.violations.map(({ rule }) => rule)).not.toEqual([]);
  });
});
