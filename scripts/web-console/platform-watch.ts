/** Feeds the console from a local OneNET: what it sees of its devices. */

import type { LocalOneNet } from "../local-onenet/index.ts";
import type { JsonValue } from "../local-onenet/json.ts";
import { parseBeijingTime } from "../local-onenet/beijing-time.ts";
import { printable } from "../local-onenet/text.ts";
import { valuesIn } from "../local-onenet/thing-model.ts";
import type { Feed } from "./feed.ts";
import type { AlertKind, BoardView, Value } from "./protocol.ts";
import type { Text } from "../cli/text.ts";
import { watchUpdates } from "./updates.ts";
import { english, inBoth, inLanguage, t } from "../cli/language.ts";

/** Longest payload in a line, in characters. */
const LONGEST_PAYLOAD = 160;

const DAY = 86_400_000;

/**
 * How long after the last refusal of a stranger they count as gone, in ms: a board tries again within a few minutes, and
 * once it has the right name, nothing tells which stranger it was.
 */
const SILENCE = 300_000;

/** Alerts that are over once their board is online. */
export const OVER_ONLINE: readonly AlertKind[] = ["refused", "wire"];

/**
 * @param adopt finds the feed's board for a device that no board in the feed has claimed; undefined adds a real
 *   board
 */
export function watchPlatform(
  feed: Feed,
  platform: LocalOneNet,
  adopt: (device: string) => string | undefined,
): void {
  const ids = new Map<string, string>();
  let silence: NodeJS.Timeout | undefined;

  function idOf(device: string, isOnline = false): string {
    const found = ids.get(device);
    if (found !== undefined) return found;
    const known = feed.boardOf(device)?.id ?? adopt(device);
    const id = known ?? `device ${device}`;
    if (known === undefined) addReal(id, device, isOnline);
    else feed.update(id, { device });
    ids.set(device, id);
    return id;
  }

  function addReal(id: string, device: string, isOnline: boolean): void {
    const record = platform.registry.devices.get(device);
    feed.addBoard({
      id,
      title: printable(record?.title ?? record?.device ?? device),
      device,
      generation: record?.generation ?? "",
      isVirtual: false,
      chip: "",
      form: "devkit",
      uses: [],
      orders: [],
      units: {},
      led: null,
      pixels: [],
      pins: "",
      wifi: null,
      isOnline,
      why: "",
      faults: [],
      inputs: [],
      parts: [],
      states: [],
      outbox: null,
      sleep: null,
      update: null,
    });
  }

  /** The board that tried to log in, by its name or only its client id; empty for a stranger. */
  function idOfClient(clientId: string): string {
    const named = ids.get(clientId);
    if (named !== undefined) return named;
    const names = [...platform.registry.devices].filter(([, { device }]) => device === clientId);
    return (names.length === 1 && ids.get(names[0]?.[0] ?? "")) || "";
  }

  /** Whom an alert concerns: a board goes by its title. @param name a stranger's */
  function about(board: string, name: string): { board: string; who: string } {
    return { board, who: feed.board(board)?.title ?? name };
  }

  function line(device: string, text: Text): void {
    feed.line(idOf(device), "platform", text);
  }

  function point(device: string, stream: string, value: JsonValue, time: number): void {
    const hasStructs = platform.registry.devices.get(device)?.generation === "studio";
    for (const [id, each] of hasStructs ? valuesIn(stream, value) : [[stream, value] as const])
      feed.point(idOf(device), printable(id, 256), time, plain(each));
  }

  for (const { name, online } of platform.devices()) {
    idOf(name, online);
    // What was kept from before.
    for (const stream of platform.streams(name))
      for (const { value, at } of platform.datapoints(name, stream))
        point(name, stream, value, parseBeijingTime(at) || Date.now());
  }
  platform.on("registered", ({ device, isNew }) =>
    line(
      device,
      inBoth(() => (isNew ? t`registered` : t`asked for its registration again`)),
    ),
  );
  platform.on("online", ({ device }) => {
    feed.update(idOf(device), { isOnline: true, why: "" });
    feed.over(idOf(device), OVER_ONLINE);
    line(
      device,
      inBoth(() => t`online`),
    );
  });
  platform.on("offline", ({ device, why }) => {
    feed.update(idOf(device), { isOnline: false, why: inBoth(() => inLanguage(why)) });
    line(
      device,
      inBoth(() => t`offline: ${inLanguage(why)}`),
    );
  });
  platform.on("login-refused", ({ clientId, why, returnCode }) => {
    const board = idOfClient(clientId);
    const code = returnCode === undefined ? english`cut` : english`code ${returnCode}`;
    feed.alert(about(board, clientId), "refused", english`${why} (${code})`);
    if (board !== "") return;
    clearTimeout(silence);
    silence = setTimeout(() => feed.over("", ["refused"]), SILENCE).unref();
  });
  platform.on("violation", ({ device, rule, detail }) =>
    feed.alert(about(idOf(device), device), "violation", detail, rule),
  );
  platform.on("notice", ({ device, detail }) =>
    feed.alert(about(idOf(device), device), "notice", printable(detail, LONGEST_PAYLOAD)),
  );
  platform.on("datapoint", ({ device, stream, value, at }) => point(device, stream, value, timeOf(at)));
  platform.on("message", ({ device, topic, payload }) =>
    line(device, `${asText(topic)}: ${asText(payload)}`),
  );
  platform.on("command", ({ device, payload }) => line(device, `← ${asText(payload)}`));
  platform.on("response", ({ device, payload }) => {
    line(device, `→ ${asText(payload)}`);
    if (feed.boardOf(device)?.isVirtual === false)
      feed.update(idOf(device), lightOf(payload.toString("latin1"), feed.boardOf(device)?.led));
  });
  platform.on("request", ({ device, call, params }) =>
    line(device, `← ${printable(call)} ${asText(params)}`),
  );
  platform.on("reply", ({ device, call, code, message }) =>
    line(device, `→ ${printable(call)} ${code} ${printable(message, LONGEST_PAYLOAD)}`),
  );
  watchUpdates(feed, platform, idOf);
  platform.on("event", ({ device, identifier, value }) =>
    line(
      device,
      inBoth(() => t`event ${printable(identifier)} ${asText(value)}`),
    ),
  );
}

/**
 * The LED of a real board, derived from its answer: `on`, `off` or `#rrggbb`.
 * @param known what is known so far
 */
function lightOf(answer: string, known: BoardView["led"] | undefined): Partial<BoardView> {
  if (!/^(on|off|#[0-9a-f]{6})$/.test(answer)) return {};
  const colour = answer === "on" ? PLAIN : answer === "off" ? DARK : answer;
  const kind = answer.startsWith("#") ? "pwm" : (known?.kind ?? "unknown");
  return { led: { kind, count: 1 }, pixels: [colour] };
}

const PLAIN = "#ff0000";
const DARK = "#000000";

/** The device's time for a data point if it is plausible, else now. */
function timeOf(at: string): number {
  const now = Date.now();
  const time = parseBeijingTime(at);
  return time > now - DAY && time <= now ? time : now;
}

function plain(value: unknown): Value {
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string"
    ? value
    : JSON.stringify(value);
}

function asText(value: unknown): string {
  return printable(
    Buffer.isBuffer(value)
      ? value.toString("utf8")
      : typeof value === "string"
        ? value
        : JSON.stringify(value),
    LONGEST_PAYLOAD,
  );
}
