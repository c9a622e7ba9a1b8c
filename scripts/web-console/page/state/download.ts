/** Saves packets and data points as files. */

import type { Language } from "../words/index.ts";
import type { Decoded } from "./packets.ts";

/** Everything the page knows about the packets: bytes, fields and their meaning. */
export async function downloadJson(packets: readonly Decoded[], language: Language): Promise<void> {
  const { dissect, DISSECTOR_WORDS } = await import("../../../local-onenet/wire/dissect.ts");
  const entries = packets.map(({ packet, bytes }) => {
    const { time, way, who, connection, length } = packet;
    const dissection = dissect(bytes, DISSECTOR_WORDS[language], length);
    return {
      time: new Date(time).toISOString(),
      way,
      who,
      connection,
      length,
      hex: toHex(bytes, ""),
      ...dissection,
    };
  });
  save("wire.json", "application/json", JSON.stringify(entries, null, 2));
}

/**
 * A dump to import into Wireshark (File, Import from Hex Dump; direction indication and timestamps
 * `%Y-%m-%dT%H:%M:%S.%fZ`) or with `text2pcap -D -t "%Y-%m-%dT%H:%M:%S.%fZ" -T 50000,1883 wire.txt wire.pcap`.
 */
export function downloadHex(packets: readonly Decoded[]): void {
  const blocks = packets.map(({ packet: { time, way }, bytes }) => {
    const rows = [`${way === "up" ? "O" : "I"} ${new Date(time).toISOString()}`];
    for (let start = 0; start < bytes.length; start += 16) {
      rows.push(`${start.toString(16).padStart(6, "0")} ${toHex(bytes.subarray(start, start + 16), " ")}`);
    }
    return `${rows.join("\n")}\n`;
  });
  save("wire.txt", "text/plain", blocks.join("\n"));
}

/** All data points, as the server has them. */
export function downloadPoints(format: "csv" | "json"): void {
  const link = { href: `api/points?format=${format}`, download: `points.${format}` };
  Object.assign(document.createElement("a"), link).click();
}

function toHex(bytes: Uint8Array, separator: string): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
