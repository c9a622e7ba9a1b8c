/** Commands in Chinese: all in one process, which speaks it. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { shippedScript } from "../support/bundles.ts";
import type { Written } from "../support/run-each.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
/** Tools for those who work on the project stay English. */
const ENGLISH = /^(fleet|bench|measure-|screenshots)/;
const COMMANDS = Object.values(scripts).flatMap((line) => {
  const [, script = ""] = /^node scripts\/cli\/launch\.js (\S+)$/.exec(line) ?? [];
  return script === "" || ENGLISH.test(script) ? [] : [script];
});

/** Words that Chinese texts of this field have as they are. */
const TERMS =
  /^(Espruino|OneNET|MQTT|HTTP|API|TLS|TCP|USB|GPIO|LED|RGB|WS2812|NeoPixel|Wi-Fi|QoS|JSON|CSV|UTF|ASCII|PWM|Ctrl|ID|EN|RST|MiB|UTC|Home|Assistant|token|access|key|suite|studio|root|telnet|git|npm|stdout|csv|json|base64|cut|en|zh-CN|[\w-]*\d[\w-]*|Ctrl-C?|doctor-)$/;

const run = promisify(execFile);

let written: readonly Written[] = [];

const OTHERS = [
  ["build", "nosuch-board"],
  ["flash", "esp32-devkit", "--port", "/dev/ttyUSB0"],
  ["start", "--port", "eighty"],
  ["build", "--al"],
  ["start", "--once"],
  ["build", "esp32-devkit"],
] as const;

beforeAll(async () => {
  const calls = [...COMMANDS.map((command) => [command, "--help"]), ...OTHERS];
  const { stdout } = await run(
    process.execPath,
    ["--import", "tsx", "test/support/run-each.ts", JSON.stringify(calls)],
    {
      env: { ...process.env, LC_ALL: "zh_CN.UTF-8", NO_COLOR: "1", FORCE_COLOR: undefined },
      maxBuffer: 2 ** 24,
    },
  );
  written = JSON.parse(stdout) as Written[];
});

/** The English words of a text: not those of options, placeholders, files, fields, calls and names. */
function wordsOf(text: string): string[] {
  const prose = text
    .replace(/^ {2,}(npm |echo )(.*\\\n)*.*$/gm, "") // examples
    .replace(/^ {2}(-\S, )?-?-?[\w-]+( <[^>]*>)?(?= {2})/gm, "") // the options' column
    .replace(
      /(https?|tcp):\/\/\S+|<[^>]*>|\[[\w .]*\]|(?<!\w)--?[\w-]+|"[^"]*"|'[^']*'|[\w.-]*[/_=.][\w./_=<>-]*/g,
      " ",
    )
    .replace(/npm (run )?[\w-]+/g, " ");
  return [...prose.matchAll(/[A-Za-z]{2,}[\w-]*/g)].map(([word]) => word).filter((word) => !TERMS.test(word));
}

describe.each(COMMANDS)("the help of %s", (command) => {
  const help = (): Written => written[COMMANDS.indexOf(command)] ?? { code: 1, stdout: "", stderr: "" };

  it("has no English word outside names and options", () => {
    const { code, stdout, stderr } = help();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^用法：/);
    const names =
      /^(list|create|get|set|history|log|online-history|command|delete|export|on|off|toggle|hash|signature|offline|install|register_de)$/;
    expect(wordsOf(stdout).filter((word) => !names.test(word))).toEqual([]);
  });

  it("names pages in Chinese", () => {
    const pages = help().stdout.match(/docs\/[\w/-]+\.md/g) ?? [];
    expect(pages).toContain("docs/zh-CN/command-line.md");
    expect(pages.filter((page) => !page.startsWith("docs/zh-CN/"))).toEqual([]);
  });
});

/** What one of {@link OTHERS} wrote. */
function wrote(index: number): Written {
  const found = written[COMMANDS.length + index];
  if (found === undefined) throw new Error("not run");
  return found;
}

it("a board that does not exist", () => {
  expect(wrote(0)).toMatchObject({ code: 1, stdout: "" });
  expect(wrote(0).stderr).toMatch(/^错误：boards: 没有开发板 "nosuch-board"；已有 .*、esp32-devkit、/);
});

it("a refusal to flash", () => {
  expect(wrote(1)).toMatchObject({ code: 1, stdout: "" });
  expect(wrote(1).stderr).toMatch(
    /^错误：esp32-devkit：没有烧录，因为用示例值无法上线：wifi\.ssid、wifi\.password、.*；把自己的值写进 boards\/esp32-devkit\.local\.json（npm run new-board 会逐项询问），或使用 --example-values\n$/,
  );
});

it("a wrong command line", () => {
  expect(wrote(2)).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "错误：选项 '--port <port>'：'eighty' 无效：应是 0 到 65535 之间的端口。\n运行 npm start -- --help 查看选项\n",
  });
  expect(wrote(3).stderr).toBe(
    "错误：没有选项 '--al'；是不是要写 --all？\n运行 npm run build -- --help 查看选项\n",
  );
});

it("the walk-through", () => {
  const { code, stdout } = wrote(4);
  expect(code).toBe(0);
  const [head = "", ...steps] = stdout.trimEnd().split("\n");
  expect(head).toMatch(/^ESP32 DevKit：dist\/esp32-devkit\.js，\d+ 字节$/);
  expect(steps.slice(0, 3)).toEqual([
    '✓ Wi-Fi      已加入 "your-wifi"',
    "✓ 登录       multiprotocol，产品 123456 的设备 1234567890",
    '✓ on         引脚 2 高电平；开发板应答 "on"',
  ]);
  expect(steps.slice(-1)[0]).toMatch(/^✓ 心跳 {7}在开发板的时间过了 \d+ 秒后发送，已应答$/);
});

it("a script, which is the same", async () => {
  expect(wrote(5).code).toBe(0);
  expect(wrote(5).stdout).toContain("字节");
  expect(readFileSync("dist/esp32-devkit.js", "utf8")).toBe(await shippedScript("esp32-devkit"));
});

it("JSON, which is the same", async () => {
  const inLanguage = async (lang: string, ...args: string[]) => {
    const env = { ...process.env, LC_ALL: lang, NO_COLOR: "1", FORCE_COLOR: undefined };
    return await run(process.execPath, ["scripts/cli/launch.js", ...args, "--json"], { env }).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout: string }).stdout,
    );
  };
  for (const args of [["thing-model", "nosuch-board"], ["ports"]]) {
    const [chinese, english] = await Promise.all([
      inLanguage("zh_CN.UTF-8", ...args),
      inLanguage("en_GB.UTF-8", ...args),
    ]);
    expect(chinese).not.toBe("");
    expect(chinese).toBe(english);
  }
});
