/**
 * What a board with updates has of its own: what is secret, and what differs between the boards of a class. It is in the
 * loader, not in the program, so one program and one package serve all boards of a kind, and a package holds no secret.
 * The program finds:
 *
 *     app       the number of the slot that it runs from; −1 if from none
 *     me(i)     what the board has of its own, by its number in {@link FIELDS}
 *     sign(s)   the signature of an update (package.ts); the key itself is nowhere else
 */

import { createHash } from "node:crypto";
import type { Board } from "../board.ts";
import { inScript } from "../setup.ts";
import { networksOf, radioBytes } from "../wifi.ts";
import { SHORTEST_KEY } from "./package.ts";

/** In the order of their numbers. Then follow name and password of each network. */
const FIELDS = ["title", "device", "token", "console", "hostname"] as const;
/** The same on a plain broker. */
const PLAIN_FIELDS = ["title", "device", "password", "console", "hostname", "userName"] as const;
/** What follows them on a board that is set up by phone. */
const SETUP_FIELDS = ["setupPassword", "pageTitle"] as const;
export type Field = (typeof FIELDS | typeof PLAIN_FIELDS | typeof SETUP_FIELDS)[number];

function fieldsOf({ onenet, setup }: Board): readonly Field[] {
  return [...(onenet.generation === "plain" ? PLAIN_FIELDS : FIELDS), ...(setup ? SETUP_FIELDS : [])];
}

/** The call by which a board's program reads a field. */
export function reading(board: Board, field: Field): string {
  return `me(${fieldsOf(board).indexOf(field)})`;
}

/** The call that reads name or password of a network. @param network its number, or JavaScript with it */
export function readingOf(board: Board, field: "ssid" | "password", network: number | string): string {
  const first = fieldsOf(board).length + (field === "ssid" ? 0 : 1);
  return typeof network === "number" ? `me(${first + 2 * network})` : `me(${first} + 2 * ${network})`;
}

/** Their source, in ASCII; empty for a board without updates. */
export function identityOf(board: Board): string {
  const { title, hostname = "", onenet, console, update, setup } = board;
  if (!update) return "";
  const values: Readonly<Record<Field, string>> = {
    title,
    device: onenet.device,
    token: "token" in onenet ? onenet.token : "",
    console: console.password,
    hostname,
    password: onenet.generation === "plain" ? onenet.password : "",
    userName: onenet.generation === "plain" ? onenet.userName : "",
    setupPassword: setup?.password ?? "",
    pageTitle: inScript(title),
  };
  const all = [
    ...fieldsOf(board).map((field) => Buffer.from(values[field])),
    ...networksOf(board).flatMap(({ ssid, password }) => [radioBytes(ssid), radioBytes(password)]),
  ];
  const choices = all.map((bytes, index) => `i==${index}?${literalOf(bytes)}:`).join("");
  return `var app=-1;function me(i){return ${choices}0}${signSource(update.key)}\n`;
}

/**
 * What the program of a board is made from: the board without its name, which no program has, and without all that is its
 * own, if it takes updates. What it tells Home Assistant stays in it.
 */
export function kindOf(board: Board): Board {
  const { onenet, console, update, setup, otherNetworks, hostname } = board;
  if (!update) return { ...board, name: "" };
  const network = { ssid: "", password: "" };
  const isAnnounced = onenet.generation === "plain" && Boolean(onenet.homeAssistant);
  return {
    ...board,
    name: "",
    ...(isAnnounced ? {} : { title: "" }),
    wifi: network,
    ...(otherNetworks && { otherNetworks: otherNetworks.map(() => network) }),
    ...(hostname !== undefined && { hostname: "" }),
    onenet: {
      ...onenet,
      ...(isAnnounced ? {} : { device: "" }),
      ...("token" in onenet ? { token: "", key: "" } : {}),
      ...(onenet.generation === "plain" ? { userName: onenet.userName && "?", password: "" } : {}),
    },
    console: { ...console, password: console.password && "?" },
    ...(setup && { setup: { ...setup, password: "" } }),
    update: { ...update, key: "" },
  };
}

/** HMAC-SHA256 [RFC 2104] over the SHA-256 of the bytes: its blocks are the key's bytes, padded and XORed. */
function signSource(key: string): string {
  const block = blockOf(key);
  const inner = literalOf(block.map((byte) => byte ^ 0x36));
  const outer = literalOf(block.map((byte) => byte ^ 0x5c));
  return `function sign(s){var c=require("crypto");return btoa(c.SHA256([${outer},c.SHA256([${inner},c.SHA256(s)])]))}`;
}

function blockOf(key: string): Buffer {
  const block = Buffer.alloc(64);
  const bytes = Buffer.from(key, "utf8");
  if (bytes.length < SHORTEST_KEY) throw new Error(`a key of ${bytes.length} bytes`);
  (bytes.length > 64 ? createHash("sha256").update(bytes).digest() : bytes).copy(block);
  return block;
}

/** A string literal in ASCII. */
function literalOf(bytes: Uint8Array): string {
  const chars = Array.from(bytes, (byte) =>
    byte < 32 || byte > 126 || byte === 34 || byte === 92
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : String.fromCharCode(byte),
  );
  return `"${chars.join("")}"`;
}
