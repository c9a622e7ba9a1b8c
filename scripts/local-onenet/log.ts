/** Logs what devices do on a local OneNET, one line per event. */

import { stripVTControlCharacters } from "node:util";
import type { Data } from "./data.ts";
import { labelOf } from "./devices.ts";
import type { LocalOneNet } from "./index.ts";
import { printable, printableJson } from "./text.ts";
import { stateName } from "./updates/state-names.ts";
import type { Line } from "../cli/line-writer.ts";
import { out } from "../cli/terminal.ts";
import { english, inLanguage, list, t } from "../cli/language.ts";

/** How events are said: on the terminal in the language of the command, in a file in English. */
interface Words {
  readonly t: typeof t;
  readonly reason: (text: string) => string;
  readonly list: typeof list;
}
const SHOWN_WORDS: Words = { t, reason: inLanguage, list };
const KEPT_WORDS: Words = { t: english, reason: (text) => text, list: (items) => items.join(", ") };

/** Longest title and name of a device, in characters. */
const LONGEST_LABEL = 160;

/** Longest value shown, in characters. */
const SHOWN = 160;

/** @param write receives each line; lines contain no secrets or control characters */
export function logPlatform(platform: LocalOneNet, write: (line: Line) => void): void {
  const time = createTime();
  const nameOf = (who: string) => out.cyan(printable(labelOf(platform.registry, who), LONGEST_LABEL));
  describeEvents(platform, SHOWN_WORDS, (who, text) => write(`${time()} ${nameOf(who)} ${text}`));
  // The most frequent by far.
  platform.on("datapoint", ({ device, stream, value, at }) => {
    const now = time();
    write(() => `${now} ${nameOf(device)} ${t`${show(stream)} = ${show(value)} at ${at}`}`);
  });
}

/** Keeps the lines of the log, without those of data points, which are kept themselves. */
export function keepLog(platform: LocalOneNet, data: Data): void {
  describeEvents(platform, KEPT_WORDS, (who, text) =>
    data.addLine(printable(who), stripVTControlCharacters(text)),
  );
}

function show(value: unknown): string {
  return typeof value === "number"
    ? String(value)
    : printableJson(Buffer.isBuffer(value) ? value.toString("utf8") : value, SHOWN);
}

/** @param line receives each event but the data points: whom it concerns, and what happened */
function describeEvents(
  platform: LocalOneNet,
  { t, reason, list }: Words,
  line: (who: string, text: string) => void,
): void {
  platform.on("registered", ({ device, isNew }) =>
    line(device, isNew ? t`registered` : t`asked for its registration again`),
  );
  platform.on("login-refused", ({ clientId, why, returnCode }) =>
    line(
      clientId,
      out.red(
        returnCode
          ? t`log-in refused, code ${returnCode}: ${reason(why)}`
          : t`log-in refused, cut: ${reason(why)}`,
      ),
    ),
  );
  platform.on("online", ({ device }) => line(device, out.green(t`online`)));
  platform.on("offline", ({ device, why }) => line(device, out.yellow(t`offline: ${reason(why)}`)));
  platform.on("subscribe", ({ device, topics, granted }) => {
    const asked = topics.map(
      (topic, index) => show(topic) + (granted[index] === 128 ? out.red(t` refused`) : ""),
    );
    line(device, t`subscribes ${list(asked)}`);
  });
  platform.on("message", ({ device, topic, payload }) =>
    line(device, t`to ${show(topic)}: ${show(payload)}`),
  );
  platform.on("command", ({ device, payload }) => line(device, t`← command ${show(payload)}`));
  platform.on("response", ({ device, payload }) => line(device, t`→ response ${show(payload)}`));
  platform.on("request", ({ device, call, params }) => line(device, `← ${call} ${show(params)}`));
  platform.on("reply", ({ device, call, code, message }) =>
    line(device, `→ ${printable(call)}: ${code} ${printable(message, SHOWN)}`),
  );
  platform.on("event", ({ device, identifier, value }) =>
    line(device, t`event ${printable(identifier)} ${show(value)}`),
  );
  platform.on("version", ({ device, s_version }) => line(device, t`has version ${s_version}`));
  /** What was said last of each device's update: each range of a download is news, but not worth a line. */
  const said = new Map<string, string>();
  platform.on("update", ({ device, target, state, step }) => {
    const name = stateName(state, t);
    const text =
      step === undefined ? t`update to ${target}: ${name}` : t`update to ${target}: ${name}, step ${step}`;
    if (said.get(device) === text) return;
    said.set(device, text);
    line(device, state === "failed" ? out.red(text) : state === "done" ? out.green(text) : text);
  });
  platform.on("desired-get", ({ device, identifiers }) =>
    line(device, t`asks for the desired ${show(identifiers)}`),
  );
  platform.on("notice", ({ device, detail }) => line(device, out.yellow(printable(reason(detail), SHOWN))));
  platform.on("violation", ({ device, sentence, detail }) =>
    line(device, out.red(t`broke a rule: ${reason(sentence)}: ${reason(detail)}`)),
  );
}

/** Returns a function that formats the time of day, at most once a second. */
function createTime(): () => string {
  let second = NaN;
  let text = "";
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) text = out.dim(new Date(now * 1000).toTimeString().slice(0, 8));
    second = now;
    return text;
  };
}
