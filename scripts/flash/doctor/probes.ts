/** Facts of docs/chip.md that can be observed on a board without changing anything. */

import type { Chip } from "../../../src/board.ts";
import { CHIPS } from "../../boards/chips.ts";
import { charactersIn } from "./characters.ts";
import type { BoardConsole } from "./console.ts";
import type { FactId } from "./facts.ts";
import type { Target } from "./target.ts";
import { members, asText, whole } from "./text.ts";
import { list, t } from "../../cli/language.ts";

export interface Probe {
  readonly fact: FactId;
  /** What is observed. */
  readonly what: string;
  /** The expected observation; undefined if the fact does not apply to this image. */
  readonly expected: (
    target: Target,
    console: BoardConsole,
  ) => Promise<string | undefined> | string | undefined;
  /** The observation, in the same form. @throws Error that says why there is none */
  readonly see: (console: BoardConsole, target: Target) => Promise<string> | string;
  /** Whether the observation matches; equality by default. */
  readonly fits?: (seen: string, expected: string) => boolean;
}

export const PROBES: readonly Probe[] = [
  {
    fact: "F6",
    what: t`UDP and HTTP in the image`,
    expected: () => "dgram, http",
    see: modulesOf(["dgram", "http"]),
  },
  {
    fact: "F10",
    what: t`TLS in the image`,
    expected: ({ chip }) => chip && (CHIPS[chip].tls === "none" ? t`none` : "tls"),
    see: modulesOf(["tls"]),
  },
  {
    fact: "F13",
    what: t`telnet in the image`,
    expected: ({ chip, isSmall }) => chip && (CHIPS[chip].hasTelnet && !isSmall ? "TelnetServer" : t`none`),
    see: modulesOf(["TelnetServer"]),
  },
  {
    fact: "F23",
    what: t`size of the Storage`,
    expected: ({ chip, isSmall }) => chip && t`${isSmall ? 16 : CHIPS[chip].storage / 1024} kB`,
    async see(console) {
      const size = whole(await console.ask("process.env.STORAGE"));
      return size === undefined ? t`not reported` : t`${Math.round(size / 1024)} kB`;
    },
  },
  {
    fact: "F27",
    what: t`negation of D0`,
    expected: ({ chip }) => chip && (CHIPS[chip].inverted.includes(0) ? t`negated` : t`not negated`),
    async see(console) {
      const value = await console.ask("D0.getInfo?[!!D0.getInfo().negated]:0");
      if (!Array.isArray(value)) throw new Error(t`only 2v29 and later report it`);
      return value[0] === true ? t`negated` : t`not negated`;
    },
  },
  {
    fact: "F28",
    what: t`setWatch on an unsupported pin`,
    expected: (target) => (unwatchable(target) === undefined ? undefined : t`refused`),
    async see(console, target) {
      const pin = `D${String(unwatchable(target))}`;
      const value = await console.ask(
        `(w=>w===undefined?0:(clearWatch(w),1))(setWatch(function(){},${pin}))`,
      );
      return value === 0 ? t`refused` : t`${pin} is watched`;
    },
  },
  {
    fact: "F40",
    what: t`number of variables`,
    expected({ chip, isSmall, isLater }) {
      if (chip === "esp8266") return t`at most ${isSmall ? 1700 : 1600}`;
      return chip && t`at most ${chip === "esp32c3" && isLater ? 4095 : 16383}`;
    },
    see: async (console) => asText(members(await console.ask("process.memory()"))["total"]),
    fits: (seen, expected) => Number(seen) > 0 && Number(seen) <= Number(expected.replace(/\D/g, "")),
  },
  {
    fact: "F41",
    what: t`characters in a variable`,
    async expected({ chip, isLater }, console) {
      const size = chip
        ? sizeOf(chip, isLater)
        : whole(members(await console.ask("process.memory()"))["blocksize"]);
      const characters = charactersIn(size);
      return characters && t`${characters.first}, then ${characters.further}`;
    },
    async see(console) {
      // Grow a string one character at a time: when it takes another variable, the previous one was full.
      const value = await console.ask(
        '(f=>{var s="",k=1,l=[];for(var n=1;n<40;n++){s+="x";var m=E.getSizeOf(s);if(m!=k)l.push(n-1);k=m;}return l})()',
      );
      const [one, two] = Array.isArray(value) ? value.map(whole) : [];
      if (one === undefined || two === undefined) throw new Error(t`the board does not report it`);
      return t`${one}, then ${two - one}`;
    },
  },
  {
    fact: "F46",
    what: t`hashes in the image`,
    expected({ chip, isSmall }) {
      if (chip === "esp8266") return isSmall ? t`none` : "SHA1";
      return chip && "SHA1, SHA224, SHA256, SHA384, SHA512";
    },
    async see(console, { modules }) {
      if (!modules.includes("crypto")) return t`none`;
      const names = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512"];
      const value = await console.ask(`(c=>${JSON.stringify(names)}.filter(n=>c[n]))(require("crypto"))`);
      return listed(names.filter((name) => Array.isArray(value) && value.includes(name)));
    },
  },
  {
    fact: "F38",
    what: t`lines of the driver's log`,
    expected: ({ chip, isLater }) => (chip && chip !== "esp8266" && !isLater ? t`some` : undefined),
    see(console) {
      if (!console.hasSeenLog()) throw new Error(t`none appeared during the check`);
      return t`some`;
    },
  },
];

function modulesOf(names: readonly string[]): Probe["see"] {
  return (_console, { modules }) => listed(names.filter((name) => modules.includes(name)));
}

function listed(names: readonly string[]): string {
  return names.length > 0 ? list(names) : t`none`;
}

/** A pin that cannot be watched, and that is unused even if the fact is wrong. */
function unwatchable({ chip, free }: Target): number | undefined {
  return chip && CHIPS[chip].unwatched.pins.find((pin) => free.includes(pin));
}

/** Size of a variable, in bytes. */
function sizeOf(chip: Chip, isLater: boolean): number {
  if (chip === "esp8266") return 12;
  return chip === "esp32c3" && isLater ? 13 : 14;
}
