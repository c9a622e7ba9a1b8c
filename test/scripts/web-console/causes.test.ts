import { expect, it } from "vitest";
import type { Alert, AlertKind } from "../../../scripts/web-console/protocol.ts";
import { causesOf } from "../../../scripts/web-console/page/state/causes.ts";

const alert = (kind: AlertKind, who: string, text: string, time = 1, rule = ""): Alert => ({
  id: JSON.stringify([kind, who, rule, text]),
  time,
  board: `board of ${who}`,
  who,
  kind,
  rule,
  text,
  place: "",
  count: 2,
});

it.each<[what: string, alerts: Alert[]]>([
  [
    "a class with one wrong password",
    ["Board 1", "Board 2", "17"].map((who) => alert("refused", who, "the password is wrong (code 4)")),
  ],
  [
    "unknown devices, each named",
    ["d1", "lamp", "c"].map((who) => alert("refused", who, `no such device: ${who} (code 2)`)),
  ],
  [
    "one board's connections that are not MQTT",
    [7, 8, 9].map((count) => alert("wire", "lamp", `connection ${count}: a remaining length [MQTT-2.2.3]`)),
  ],
  [
    "pins that the chip cannot drive",
    [6, 7, 11].map((pin) => alert("fault", "lamp", `D${pin} belongs to the flash chip of ESP32`)),
  ],
  [
    "sources that need one sensor",
    ["heat", "damp", "dew"].map((source) => alert("own", "lamp", `source ${source} failed: no sensor`)),
  ],
  [
    "a rule",
    ["topic a", "topic b", "topic c"].map((text) => alert("violation", "lamp", text, 1, "own-topic")),
  ],
])("shows one card per cause: %s", (_what, alerts) => {
  const causes = causesOf(alerts, new Map());
  expect(causes).toHaveLength(1);
  expect(causes[0]?.count).toBe(6);
  expect(causes[0]?.texts).toEqual([...new Set(alerts.map(({ text }) => text))]);
  expect(causes[0]?.who.map(({ who }) => who)).toEqual([...new Set(alerts.map(({ who }) => who))]);
});

it("shows a card for each cause, newest first", () => {
  const alerts = [
    alert("refused", "a", "the password is wrong (code 4)", 2),
    alert("refused", "a", "no such device: a (code 2)", 1),
    alert("uncaught", "a", 'Uncaught Error: Field or method "x" does not exist', 3),
    alert("uncaught", "a", 'Uncaught Error: Field or method "y" does not exist', 4),
    alert("own", "a", "source heat failed: no bus", 5),
    alert("own", "a", "start failed: no wire", 6),
  ];
  expect(causesOf(alerts, new Map()).map(({ last }) => last.time)).toEqual([6, 5, 4, 3, 2, 1]);
});

it("hides a dismissed cause for a minute, however often it recurs", () => {
  const first = alert("own", "a", "source heat failed: no bus", 1000);
  const [cause] = causesOf([first], new Map());
  const dismissed = new Map([[cause?.key ?? "", 1000]]);
  expect(causesOf([first], dismissed)).toEqual([]);
  expect(causesOf([{ ...first, time: 61_000 }], dismissed)).toEqual([]);
  expect(causesOf([{ ...first, time: 61_001 }], dismissed)).toHaveLength(1);
  expect(causesOf([alert("own", "a", "start failed: no wire", 1001)], dismissed)).toHaveLength(1);
});
