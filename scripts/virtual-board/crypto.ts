/** `require("crypto")`: the hashes of the ESP32 family's images, and of an ESP8266's SHA-1 only (jswrap_crypto.c). */
import { createHash } from "node:crypto";
import type { ChipFacts } from "./chips.ts";
import { flatten } from "./globals.ts";
import type { Realm } from "./realm.ts";

const SHA1 = { SHA1: "sha1" } as const;
const ALL = { ...SHA1, SHA224: "sha224", SHA256: "sha256", SHA384: "sha384", SHA512: "sha512" } as const;

/** @returns an empty object where the image has no such module */
export function cryptoModules(
  chip: ChipFacts,
  realm: Realm,
): Readonly<Record<string, Record<string, unknown>>> {
  if (chip.board === "ESP8266_BOARD") return {};
  const hashes = Object.entries(chip.asynchronous ? SHA1 : ALL).map(([name, algorithm]) => [
    name,
    (message: unknown) =>
      message === undefined
        ? undefined
        : realm.bytes(
            createHash(algorithm)
              .update(flatten([message]))
              .digest(),
          ).buffer,
  ]);
  return { crypto: realm.object(Object.fromEntries(hashes) as Record<string, unknown>) };
}
