/** Warnings about board files: not mistakes, but probably not intended. */

import type { Board, Chip } from "./board.ts";
import { isDaily } from "./board-rules.ts";
import { CHIPS } from "./chips.ts";
import { placeholders, tokenWarning } from "./index.ts";
import { sectionOfBoard } from "./mqtt.ts";
import { serversOf } from "./servers.ts";
import { list, t } from "../cli/language.ts";
import { sleepWarnings } from "./sleep.ts";

/** A shorter access key, in bytes, was probably not copied completely. */
export const SHORT_KEY = 16;

/** @returns one sentence each, with the board's name; none for a board that can go online as it is */
export function warningsOf(board: Board): string[] {
  const examples = placeholders(board);
  return [
    tokenWarning(board, Date.now() / 1000),
    keyWarning(board),
    ...hostsOf(board).map(([field, server]) => serverWarning(field, server, board.chip)),
    ...oldServerWarnings(board),
    ...sleepWarnings(board),
    board.onenet.tls && CHIPS[board.chip].tls === "scarce"
      ? t`TLS hardly fits on ${CHIPS[board.chip].title}: if the board restarts again and again, set ${sectionOfBoard(board)}.tls to false (docs/boards.md)`
      : undefined,
    ...ruleWarnings(board),
    examples.length === 0
      ? undefined
      : t`still example values: ${list(examples)}; put your own in boards/${board.name}.local.json (docs/boards.md)`,
  ].flatMap((text) => (text === undefined ? [] : [t`${board.name}: ${text}`]));
}

/** A restart begins every wait anew, so without the platform a longer one would never end. */
function ruleWarnings({ rules = [], reboot: { withoutPlatform } }: Board): string[] {
  return rules.flatMap(({ when }, index) => {
    if (isDaily(when) || withoutPlatform === 0 || when.hold < withoutPlatform) return [];
    return t`rules[${index}] waits for ${when.hold} s, but after ${withoutPlatform} s without the platform the board restarts, and the wait begins anew: set reboot.withoutPlatform to more than ${when.hold}, or to 0 (docs/rules.md)`;
  });
}

/** Whether a server's name or address means the computer or board that resolves it. */
export function isLoopback(server: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[?::1\]?)$/i.test(server);
}

function keyWarning({ onenet }: Board): string | undefined {
  const key = "key" in onenet ? onenet.key : undefined;
  const size = key === undefined ? SHORT_KEY : Buffer.from(key, "base64").length;
  return size < SHORT_KEY
    ? t`onenet.key is short: its base64 decodes to ${size} bytes, fewer than ${SHORT_KEY}; compare it with the access key on the platform's page, and copy all of it`
    : undefined;
}

function hostsOf(board: Board): [field: string, server: string][] {
  const { onenet, time } = board;
  const registration = onenet.generation === "multiprotocol" ? onenet.registration : undefined;
  return [
    ...serversOf(board).map(({ host }, index): [string, string] => [serverField(board, index), host]),
    ...(registration ? [["onenet.registration.server", registration.server] as [string, string]] : []),
    ...(time ? [["time.server", time.server] as [string, string]] : []),
  ];
}

/** A server as named in the board file: `mqtt.server`, or `mqtt.server[1]` if there are several. */
export function serverField(board: Board, index: number): string {
  return `${sectionOfBoard(board)}.server${board.onenet.otherServers ? `[${index}]` : ""}`;
}

/** Servers that no longer answer devices of suite and studio, or never did: tutorials have them. */
const OLD_SERVERS = /^(mqtt|studio-mqtts?)\.heclouds\.com$/i;

function oldServerWarnings(board: Board): string[] {
  const { generation, tls } = board.onenet;
  if (generation !== "suite" && generation !== "studio") return [];
  return serversOf(board).flatMap(({ host }, index) =>
    OLD_SERVERS.test(host)
      ? [
          t`${serverField(board, index)} is ${host}, which does not answer ${generation}: leave server out, or write ${tls ? "mqttstls" : "mqtts"}.heclouds.com`,
        ]
      : [],
  );
}

function serverWarning(field: string, server: string, chip: Chip): string | undefined {
  if (isLoopback(server))
    return t`${field} is ${server}, which on a board means the board itself: use the network address of the server's computer, such as 192.168.1.10`;
  if (!/\.local$/i.test(server)) return undefined;
  const { title, findsLocalNames } = CHIPS[chip];
  const known = findsLocalNames
    ? t`Espruino for ${title} should resolve such names by mDNS, but this is untested`
    : t`Espruino for ${title} cannot resolve such names, because it has no mDNS`;
  return t`${field} is ${server}: ${known}; an IPv4 address always works`;
}
