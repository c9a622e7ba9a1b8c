/** What is no mistake in a board file, and yet will hardly be meant. */

import type { Board, Chip } from "../../src/board.ts";
import { CHIPS } from "./chips.ts";
import { placeholders, tokenWarning } from "./boards.ts";

/** Bytes of an access key below which one was hardly copied whole. */
export const SHORT_KEY = 16;

/** @returns a sentence each, with the board's name; none for a board that can go online as it is */
export function warningsOf(board: Board): string[] {
  const examples = placeholders(board);
  return [
    tokenWarning(board, Date.now() / 1000),
    keyWarning(board),
    ...serversOf(board).map(([field, server]) => serverWarning(field, server, board.chip)),
    board.onenet.tls && CHIPS[board.chip].tls === "scarce"
      ? `TLS hardly fits on ${CHIPS[board.chip].title}: if the board restarts again and again, set onenet.tls to false (docs/boards.md)`
      : undefined,
    examples.length === 0
      ? undefined
      : `still example values: ${examples.join(", ")}; put yours into boards/${board.name}.local.json (docs/boards.md)`,
  ].flatMap((text) => (text === undefined ? [] : [`${board.name}: ${text}`]));
}

/** Whether a server's name or address is that of the computer, or board, which looks it up. */
export function isLoopback(server: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[?::1\]?)$/i.test(server);
}

function keyWarning({ onenet }: Board): string | undefined {
  const key = "key" in onenet ? onenet.key : undefined;
  const size = key === undefined ? SHORT_KEY : Buffer.from(key, "base64").length;
  return size < SHORT_KEY
    ? `onenet.key is short: its base64 decodes to ${size} bytes, fewer than ${SHORT_KEY}; compare it with the access key on the platform's page, and copy the whole of it`
    : undefined;
}

function serversOf({ onenet, time }: Board): [field: string, server: string][] {
  const registration = onenet.generation === "multiprotocol" ? onenet.registration : undefined;
  return [
    ["onenet.server", onenet.server],
    ...(registration ? [["onenet.registration.server", registration.server] as [string, string]] : []),
    ...(time ? [["time.server", time.server] as [string, string]] : []),
  ];
}

function serverWarning(field: string, server: string, chip: Chip): string | undefined {
  if (isLoopback(server))
    return `${field} is ${server}, which on a board is the board itself: write the address of the server's computer in your network, such as 192.168.1.10`;
  if (!/\.local$/i.test(server)) return undefined;
  const { title, findsLocalNames } = CHIPS[chip];
  const known = findsLocalNames
    ? `Espruino for ${title} should find such a name by mDNS, but nobody has tried it`
    : `Espruino for ${title} does not find such names, as it has no mDNS`;
  return `${field} is ${server}: ${known}; an IPv4 address is sure to work`;
}
