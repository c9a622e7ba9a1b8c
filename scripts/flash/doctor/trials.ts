/** Facts of docs/chip.md whose trial changes something on the board: only with consent. */

import type { BoardConsole } from "./console.ts";
import type { Probe } from "./probes.ts";
import type { Target } from "./target.ts";
import { t } from "../../cli/language.ts";

export interface Trial extends Probe {
  /** What it does to the board, as shown to the user. */
  readonly change: string;
}

/** Period of the late interval, and how long the interpreter is blocked, in ms. */
const [PERIOD, BUSY] = [50, 600];
/** Remaining time of a timer when the clock is moved forward by an hour, in ms. */
const LEFT = 1000;
/** Pins to try: one more than there are PWM channels for other frequencies. */
const PINS = 4;
/** Time after which a restart has begun, in ms. */
const RESTART = 1000;
/** What the clock may lose in a restart, in s. */
const TOLERANCE = 5;

/** The restart comes last: it undoes the side effects of the others. */
export const TRIALS: readonly Trial[] = [
  {
    fact: "F2",
    what: t`a late interval`,
    change: t`blocks the interpreter for ${BUSY / 1000} s`,
    expected: () => t`runs once for each missed period`,
    async see(console) {
      await console.ask(
        `(d=>{global.__d=d;d.i=setInterval(function(){d.n++},${PERIOD});while(getTime()-d.t<${BUSY / 1000});return 1})({n:0,t:getTime()})`,
      );
      const value = await console.ask(
        "(d=>{clearInterval(d.i);delete global.__d;return[d.n,getTime()-d.t]})(__d)",
      );
      const [runs, time] = Array.isArray(value) ? value.map(Number) : [];
      if (runs === undefined || time === undefined) throw new Error(t`the board does not report it`);
      // If missed periods are skipped, counting resumes when the interpreter is free again.
      const missed = (time * 1000) / PERIOD;
      const since = (time * 1000 - BUSY) / PERIOD;
      return runs > (missed + since) / 2 ? t`runs once for each missed period` : t`misses them`;
    },
  },
  {
    fact: "F3",
    what: t`a timer while the clock changes`,
    change: t`moves the board's clock forward an hour, then back`,
    expected: () => t`runs on time`,
    async see(console) {
      const moved = await console.ask(
        `(d=>{global.__d=d;d.i=setTimeout(function(){d.n=1},${LEFT});setTime(d.t+3600);return getTime()-d.t>3000})({n:0,t:getTime()})`,
      );
      const early = await console.ask(
        "(d=>{if(getTime()-d.t>3000)setTime(getTime()-3600);var n=d.n;n||clearTimeout(d.i);delete global.__d;return n})(__d)",
      );
      if (moved !== true) throw new Error(t`setTime does not move the clock here`);
      return early === 0 ? t`runs on time` : t`runs at once`;
    },
  },
  {
    fact: "F32",
    what: 'pinMode(pin, "analog")',
    change: t`briefly changes the mode of a free pin`,
    expected: ({ chip, free, isLater }) =>
      chip && chip !== "esp8266" && free.length > 0 ? (isLater ? t`obeyed` : t`an error`) : undefined,
    async see(console, { free }) {
      const pin = `D${String(free.at(-1))}`;
      const { lines } = await console.listen(
        `(m=>{pinMode(${pin},"analog");pinMode(${pin},m);return 1})(getPinMode(${pin}))`,
      );
      return lines.some((line) => line.includes("Unexpected state")) ? t`an error` : t`obeyed`;
    },
  },
  {
    fact: "F30",
    what: t`PWM channels for other frequencies`,
    change: t`drives ${PINS} free pins low; their PWM channels stay allocated until the restart`,
    expected: (target) => (pwmPins(target).length === PINS ? "3" : undefined),
    async see(console, target) {
      const pins = pwmPins(target).map((pin) => `D${pin}`);
      const { lines } = await console.listen(
        `(p=>{p.forEach((d,i)=>analogWrite(d,0,{freq:1000+i}));return 1})([${pins.join()}])`,
      );
      const refused = lines.filter((line) => line.includes("no PWM channel available")).length;
      return String(PINS - refused);
    },
  },
  {
    fact: "F48",
    what: t`the time after E.reboot()`,
    change: t`restarts the board`,
    expected: ({ chip }) => (chip && chip !== "esp8266" ? t`kept` : undefined),
    see: tryRestart,
  },
];

/** The pins for F30, except those of the DAC. */
function pwmPins({ chip, free }: Target): number[] {
  if (chip === undefined || chip === "esp8266") return [];
  return free.filter((pin) => pin !== 25 && pin !== 26 && pin < 40).slice(0, PINS);
}

async function tryRestart(console: BoardConsole): Promise<string> {
  const before = Number(await console.ask("getTime()"));
  const started = performance.now();
  console.link.run("setTimeout(E.reboot,50)");
  await new Promise((resolve) => setTimeout(resolve, RESTART));
  const after = Number(await console.ask("getTime()"));
  const passed = (performance.now() - started) / 1000;
  return Math.abs(after - before - passed) < TOLERANCE ? t`kept` : t`lost`;
}
