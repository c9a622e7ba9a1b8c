import { connect } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { readFile } from "node:fs/promises";
import { shippedScript } from "../support/bundles.ts";
import { start } from "../support/run.ts";
import { runHere, startHere } from "../support/run-here.ts";

// Here, where the compiler is loaded once: the commands find them in the cache.
for (const name of ["esp32-devkit", "esp32-c3-devkitm"]) await shippedScript(name);

const STEPS = ["Wi-Fi", "log-in", "on", "off", "toggle", "#00ff00", "data point", "ping"];

describe("npm start -- --once", () => {
  it("prints each step and exits 0", async () => {
    const { code, stdout, stderr } = await runHere("start", ["--once"]);
    expect(stderr).toBe("");
    expect(stdout.replace(/\d+ bytes/, "N bytes").replace(/\d{4}-\d\d-\d\d [\d:.]+/, "TIME")).toBe(
      [
        "ESP32 DevKit: dist/esp32-devkit.js, N bytes",
        '✓ Wi-Fi      joined "your-wifi"',
        "✓ log-in     multiprotocol device 1234567890 of product 123456",
        '✓ on         pin 2 high; the board answered "on"',
        '✓ off        pin 2 low; the board answered "off"',
        '✓ toggle     pin 2 high; the board answered "on"',
        "✓ data point switch = 3, stored TIME from $dp type 1",
        `✓ ping       sent after ${/sent after (\d+) s/.exec(stdout)?.[1] ?? ""} s of the board's time, answered`,
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
  });

  it("reports a missing board, and suggests the nearest one", async () => {
    const { code, stderr } = await runHere("start", ["--once", "--board", "esp32-devkat"]);
    expect(stderr).toMatch(/esp32-devkat.*esp32-devkit/);
    expect(code).toBe(1);
  });

  it("rejects an unknown option", async () => {
    const { code, stderr } = await runHere("start", ["--onc"]);
    expect(stderr).toMatch(/^error: unknown option '--onc'[^]*--once/);
    expect(code).toBe(2);
  });

  it("prints the same for programs", async () => {
    const { code, stdout, stderr } = await runHere("start", ["esp32-c3-devkitm", "--once", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { steps, ...head } = JSON.parse(stdout) as { steps: { step: string; seen: string }[] };
    expect(head).toEqual({
      ...{ ok: true, board: "esp32-c3-devkitm", file: "dist/esp32-c3-devkitm.js" },
      bytes: (await readFile("dist/esp32-c3-devkitm.js")).length,
    });
    expect(steps.map(({ step }) => step)).toEqual(STEPS);
    expect(steps[2]?.seen).toMatch(/answered "#202020"$/);
  });

  it("runs the steps with one board only", async () => {
    const { code, stdout, stderr } = await runHere("start", ["--once", "--boards", "3"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: --once runs one board: omit --boards\n/);
  });

  it("supports JSON only with --once", async () => {
    const { code, stdout } = await runHere("start", ["--json"]);
    expect(JSON.parse(stdout)).toEqual({ ok: false, error: { message: "--json requires --once" } });
    expect(code).toBe(2);
  });
});

describe("npm start", () => {
  it("without a keyboard, opens the board's console to anyone with its token, but not to a web page", async () => {
    const args = ["--board", "esp32-c3-devkitm", "--no-open", "--console-port", "0"];
    const { printed, interrupt, finished } = startHere("start", args, { stdin: "" });
    await printed(/device online/);
    const [address] = await printed(/tcp:\/\/:[\w-]{20,}@127\.0\.0\.1:\d+/);
    const { port, password } = new URL(address);
    const call = { method: "POST", mode: "no-cors", body: "print('ran')\n" } as const;
    await expect(fetch(`http://127.0.0.1:${port}/`, call)).rejects.toThrow();
    await printed(/The console's port closed an HTTP or TLS connection, .*executed none of it\n/);
    const terminal = connect(Number(port), "127.0.0.1").setEncoding("latin1");
    terminal.write(`${password}\n6*7\n`);
    let shown = "";
    for await (const text of terminal) {
      shown += String(text);
      if (shown.includes("=42")) break; // which closes it
    }
    expect(shown).not.toContain(password);
    interrupt();
    const { stdout: all, ...end } = await finished;
    expect(end).toEqual({ code: 0, stderr: "" });
    expect(all).not.toMatch(/\bran\b/);
    expect(all.split(password)).toHaveLength(2); // it is printed once
  });

  it("shows the board, obeys typed commands, and leaves nothing behind at Ctrl-C", async () => {
    const { child, printed, finished } = start("start");
    await printed(/device online/);
    child.stdin?.write("on\n");
    await printed(/LED +● pin 2 high/);
    await printed(/on → "on"/);
    child.stdin?.write("dance\n");
    await printed(/dance → "error: unknown command"/);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await finished;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toMatch(/your-auth-info|your-wifi-password/);

    const port = Number(/MQTT at 127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
    const [error] = (await once(connect(port, "127.0.0.1"), "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
  });
});
