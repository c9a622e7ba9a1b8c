/** Summarises an MQTT packet in one line. Must be cheap: it runs for every packet in a list. */

import { hex, shorten, utf8 } from "./fields.ts";
import { INVISIBLE } from "../../cli/shorten.ts";

export interface Summary {
  /** `PUBLISH`; empty for a reserved type. */
  readonly name: string;
  /** What distinguishes it from others of its type: topic, payload, identifier, code. */
  readonly detail: string;
}

const NAMES =
  " CONNECT CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK PINGREQ PINGRESP DISCONNECT".split(
    " ",
  );

export function summarise(bytes: Uint8Array): Summary {
  const first = bytes[0] ?? 0;
  const type = first >> 4;
  const name = NAMES[type] ?? "";
  let at = 1;
  while ((bytes[at] ?? 0) >= 0x80 && at < 4) at++;
  at++;
  const identifier = `#${u16(bytes, at)}`;
  switch (name) {
    case "CONNECT":
      return { name, detail: readText(bytes, at + 10).text };
    case "CONNACK":
      return { name, detail: String(bytes[at + 1] ?? "") };
    case "PUBLISH": {
      const topic = readText(bytes, at);
      const qos = (first >> 1) & 3;
      const start = topic.end + (qos ? 2 : 0);
      const id = qos ? `#${u16(bytes, topic.end)} ` : "";
      return { name, detail: `${id}${topic.text} ${payload(topic.text, bytes.subarray(start))}` };
    }
    case "SUBACK":
      return { name, detail: `${identifier} ${[...bytes.subarray(at + 2)].join(", ")}`.trimEnd() };
    case "SUBSCRIBE":
    case "UNSUBSCRIBE":
      return { name, detail: `${identifier} ${readText(bytes, at + 2).text}` };
    case "":
    case "PINGREQ":
    case "PINGRESP":
    case "DISCONNECT":
      return { name, detail: "" };
    default:
      return { name, detail: identifier };
  }
}

/** Shows a `$dp` frame as its type and the text after its length; anything else unchanged. */
function payload(topic: string, bytes: Uint8Array): string {
  const first = bytes[0] ?? 0;
  if (topic !== "$dp") return readable(bytes);
  const type = first & 0x3f;
  const start = type === 7 || type === 0 ? 1 : first & 0x80 ? 9 : 3;
  return `[${type}] ${readable(bytes.subarray(start))}`;
}

/** Text without line breaks and control characters; other bytes as hexadecimal. */
function readable(bytes: Uint8Array): string {
  const text = utf8(bytes);
  return text === undefined ? hex(bytes) : shorten(text.replace(INVISIBLE, "·"));
}

function readText(bytes: Uint8Array, at: number): { readonly text: string; readonly end: number } {
  const end = at + 2 + u16(bytes, at);
  return { text: utf8(bytes.subarray(at + 2, end)) ?? "", end };
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}
