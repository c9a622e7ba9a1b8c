import { afterEach, describe, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { shippedMultiprotocol, shippedScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { sending, withKeepAlive } from "../support/wire.ts";

const BOARD = shippedMultiprotocol("esp32-devkit");
const SCRIPT = await shippedScript(BOARD.name);
const DEVICE = BOARD.onenet.device;

/** CONNECT with clean session and only a client identifier, or with more fields as the flags announce. */
function connect(flags: string, more = ""): string {
  const body = `"\\0\\4MQTT\\4${flags}\\0x\\0\\x0a${DEVICE}${more}"`;
  return `(bytes) => bytes[0] !== "\\x10" ? bytes : "\\x10" + String.fromCharCode(${body}.length) + ${body}`;
}

let stage: Stage;
let console: Console;
afterEach(() => stage.close());

async function start(script = SCRIPT): Promise<void> {
  stage = await setStage(BOARD, script);
  console = watchConsole(stage.device);
  await stage.device.start();
}

/** Calls the application side of the platform. */
async function call(method: string, path: string, body?: string): Promise<{ errno: number; data?: unknown }> {
  const { httpPort, apiKey } = stage.platform;
  const init = { method, headers: { "api-key": apiKey }, ...(body === undefined ? {} : { body }) };
  const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, init);
  return (await response.json()) as { errno: number; data?: unknown };
}

describe("the application side reaches the board and sees its reports", () => {
  it("POST /cmds sends a command, and its answer can be read", async () => {
    await start();
    await console.next(/^OneNET: online/);
    const { errno, data } = await call("POST", `/cmds?device_id=${DEVICE}`, "on");
    expect(errno).toBe(0);
    await console.next(/^Command: on/);
    expect(stage.device.pin(2).value).toBe(1);
    expect(data).toMatchObject({ cmd_uuid: expect.stringMatching(/./) as string });
  });

  it("POST /mqtt publishes to the board's topic", async () => {
    await start();
    await expect.poll(() => stage.platform.datapoints(DEVICE, "switch").length).toBeGreaterThan(0); // it reports once it is subscribed
    expect(await call("POST", `/mqtt?topic=${BOARD.onenet.topics[0] ?? ""}`, "on")).toMatchObject({
      errno: 0,
    });
    await console.next(/^Command: on/);
  });

  it("GET /devices returns the device, its data streams and data points", async () => {
    await start();
    await expect.poll(() => stage.platform.datapoints(DEVICE, "switch").length).toBeGreaterThan(0);
    expect(await call("GET", `/devices/${DEVICE}`)).toMatchObject({
      errno: 0,
      data: { id: DEVICE, online: true },
    });
    const streams = await call("GET", `/devices/${DEVICE}/datastreams`);
    expect(JSON.stringify(streams.data)).toContain('"switch"');
    const points = await call("GET", `/devices/${DEVICE}/datapoints?datastream_id=switch&limit=1`);
    expect(JSON.stringify(points.data)).toMatch(/"switch".*"value":0|"value":0.*"switch"/);
  });
});

describe("its log-in", () => {
  it("anonymous: the connection is cut without an answer", async () => {
    await start(sending(SCRIPT, connect(String.raw`\x02`)));
    await console.next(/^OneNET: link lost: closed by the server; next try/);
  });

  it("with a will: the connection is cut", async () => {
    const { product, authInfo } = BOARD.onenet;
    const texts = ["t", "x", product, authInfo].map(
      (text) => String.raw`\0\x${text.length.toString(16).padStart(2, "0")}` + text,
    );
    await start(sending(SCRIPT, connect(String.raw`\xc6`, texts.join(""))));
    await console.next(/^OneNET: link lost: closed by the server; next try/);
  });

  it.each([10, 120, 65535])("with a keep alive of %i s: accepted", async (keepAlive) => {
    await start(withKeepAlive(SCRIPT, keepAlive));
    await console.next(/^OneNET: online/);
  });
});

it("reports a subscription the platform refuses", async () => {
  await start(SCRIPT.replaceAll("esp32_mqtt_basic_control", "esp32/+"));
  await console.next(/^OneNET: subscription refused: check onenet\.topics in the board file/);
});
