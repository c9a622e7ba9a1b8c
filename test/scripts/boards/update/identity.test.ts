import { expect, it } from "vitest";
import type { Board } from "../../../../scripts/boards/board.ts";
import { identityOf, kindOf } from "../../../../scripts/boards/update/identity.ts";
import { boardModule } from "../../../../scripts/compile/board-module.ts";
import { plain, studio } from "../../../support/boards.ts";

const update = { key: "sixteen bytes and more", server: "iot-api.heclouds.com", port: 80 };
const WITHOUT = studio({
  title: '教室 "灯" é 😀',
  hostname: "lamp-7",
  wifi: { ssid: "教室\\", password: "a\npass" },
  otherNetworks: [{ ssid: { hex: "bdcccad2" }, password: "" }],
  console: { password: "open sesame", telnet: false },
});
const BOARD = { ...WITHOUT, update };

const meOf = (board: Board) =>
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- as the loader does
  new Function(`${identityOf(board)}return me`)() as (index: number) => string;
const bytes = (text: string) => Buffer.from(text).toString("latin1");

it("has what is the board's own, in bytes", () => {
  const me = meOf(BOARD);
  const token = "token" in BOARD.onenet ? BOARD.onenet.token : "";
  expect([0, 1, 2, 3, 4].map(me)).toEqual([bytes(BOARD.title), "lamp", token, "open sesame", "lamp-7"]);
  expect([5, 6, 7, 8].map(me)).toEqual([bytes("教室\\"), "a\npass", "\xbd\xcc\xca\xd2", ""]);
  expect(identityOf(BOARD)).toMatch(/^[\n -~]+$/);
});

it("is nothing for a board without updates, whose kind is all of it but its name, which is in no program", () => {
  const other = { ...WITHOUT, name: "another" };
  expect([identityOf(WITHOUT), kindOf(WITHOUT)]).toEqual(["", { ...WITHOUT, name: "" }]);
  expect(kindOf(other)).toEqual(kindOf(WITHOUT));
  expect(boardModule(other)).toBe(boardModule(WITHOUT));
});

it("boards that differ in nothing else are of one kind, and its module has none of it", () => {
  const { onenet } = BOARD;
  const other = {
    ...BOARD,
    name: "another",
    title: "another",
    hostname: "another",
    wifi: { ssid: "home", password: "at home" },
    console: { password: "another", telnet: false },
    onenet: { ...onenet, device: "another", token: "another", key: "another" },
    update: { ...update, key: "another of sixteen" },
  };
  expect(kindOf(other)).toEqual(kindOf(BOARD));
  const withoutFormat = (text: string) => text.replace(/"[0-9a-f]{8}" \+/, "");
  expect(withoutFormat(boardModule(other))).toBe(withoutFormat(boardModule(kindOf(other))));
  expect(boardModule(other)).not.toMatch(/another|at home/);
  expect(kindOf({ ...BOARD, console: { password: "", telnet: false } })).not.toEqual(kindOf(BOARD));
  expect(kindOf({ ...BOARD, update: { ...update, port: 8080 } })).not.toEqual(kindOf(BOARD));
});

it("of a board on a plain broker, it has the log-in; what it tells Home Assistant is in the program", () => {
  const base = plain({ title: "Lamp", update });
  const { onenet } = base;
  if (onenet.generation !== "plain") throw new Error("no plain board");
  expect([0, 1, 2, 3, 4, 5, 6].map(meOf(base))).toEqual([
    "Lamp",
    "lamp-1",
    "a password for tests",
    "",
    "",
    "teacher",
    base.wifi.ssid,
  ]);
  const other = {
    ...base,
    title: "Another",
    onenet: { ...onenet, device: "another", userName: "x", password: "y" },
  };
  expect(kindOf(other)).toEqual(kindOf(base));
  expect(boardModule(other)).not.toMatch(/another/i);
  const announced = (board: Board) =>
    kindOf({ ...board, onenet: { ...board.onenet, homeAssistant: "ha" } as never });
  expect(announced(other)).not.toEqual(announced(base));
  expect(boardModule(announced(base))).not.toMatch(/teacher|a password for tests/);
});

it("of a board that is set up by phone, it has the access point's password, and the title for the page", () => {
  const base = { ...plain({ title: "温室 <1>", setup: { password: "open the page" } }), update };
  expect([6, 7, 8].map(meOf(base))).toEqual([
    "open the page",
    String.raw`"\u6e29\u5ba4 \u003c1>"`,
    base.wifi.ssid,
  ]);
  const other = { ...base, title: "Another", setup: { password: "another" } };
  expect(kindOf(other)).toEqual(kindOf(base));
  expect(boardModule(other)).not.toMatch(/another"/i);
  expect(boardModule(other)).toContain("setting(2, me(1))");
});
