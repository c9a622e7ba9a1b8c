/** Explains a payload based on its topic: OneNET's three generations, and plain text. */

import { readDataPoints } from "./data-points.ts";
import { textOrHex, utf8, type Cursor } from "./fields.ts";
import { readJson } from "./json.ts";

/** Reads the rest of a PUBLISH. */
export function readPayload(cursor: Cursor, topic: string): void {
  const { words } = cursor;
  if (topic === "$dp") {
    readDataPoints(cursor);
    return;
  }
  const kind = kindOf(topic);
  const from = cursor.position();
  const bytes = cursor.take(cursor.left(), words.payload, "3.3.3");
  const clause = kind === "payload" ? "3.3.3" : CLAUSES[kind];
  cursor.add(words.payload, textOrHex(bytes), words.payloads[kind], clause);
  const text = utf8(bytes);
  if (text !== undefined && /^\s*[{[]/.test(text))
    readJson(cursor, text, from, clause, kind === "payload" ? {} : words.messageKeys);
}

type Kind = "payload" | "command" | "answer" | "dataPoints" | "accepted" | "rejected" | "oneJson";

const CLAUSES: Readonly<Record<Exclude<Kind, "payload">, string>> = {
  command: "OneNET $creq, cmd/request",
  answer: "OneNET $crsp, cmd/response",
  dataPoints: "OneNET dp/post/json",
  accepted: "OneNET …/accepted",
  rejected: "OneNET …/rejected",
  oneJson: "OneJSON",
};

function kindOf(topic: string): Kind {
  if (topic.startsWith("$creq/")) return "command";
  if (topic.startsWith("$crsp/")) return "answer";
  const path = /^\$sys\/[^/]+\/[^/]+\/(.+)$/.exec(topic)?.[1] ?? "";
  if (path === "dp/post/json") return "dataPoints";
  if (path.endsWith("/accepted")) return "accepted";
  if (path.endsWith("/rejected")) return "rejected";
  if (path.startsWith("cmd/request/")) return "command";
  if (path.startsWith("cmd/response/")) return "answer";
  return path.startsWith("thing/") ? "oneJson" : "payload";
}
