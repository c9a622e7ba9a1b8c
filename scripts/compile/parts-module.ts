/** Writes the parts of a board for the module `virtual:board`: what connects src/parts with src/device. */

import type { Board } from "../boards/board.ts";
import { COMMANDS } from "../boards/code.ts";
import { takes, type Part } from "../boards/parts.ts";
import { BOARD } from "../cli/language.ts";
import { chosen, spellings } from "./expressions.ts";
import {
  connect,
  numberReader,
  stateOf,
  variable,
  variableOf,
  LAMP,
  type ConnectedPart,
} from "./part-connections.ts";
import { rulesModule } from "./rules-module.ts";
import { propertiesOf } from "./thing-properties.ts";

/** What a board's parts add to the module. */
export interface PartsModule {
  /** Names to import, and where from. */
  readonly imports: readonly (readonly [names: readonly string[], from: string])[];
  /** Statements before the constants. */
  readonly declarations: readonly string[];
  /** The constant of this name, as an expression. */
  readonly parts: string;
}

type Equipped = Board & { readonly parts: readonly Part[] };

/** File with the values that survive a restart. */
const KEPT_FILE = "parts";

/** Only this much of an argument is read by a part, in bytes: none takes so much. */
const LONGEST_ARGUMENT = 64;

/** Most bytes of the list of what a board understands: the whole answer to an unknown command has 256. */
const LONGEST_LIST = 90;

/**
 * @param own the beginning of a conditional expression that obeys the commands of the board's own code
 * @param room flash that must be free before a write, in bytes
 */
export function partsModule(board: Equipped, own: string, room: number): PartsModule {
  const { parts, words = [] } = board;
  const connections = parts.map((part, index) => ({ part, ...connect(part, variable(index), board) }));
  const lightIndex = parts.findIndex(({ kind }) => kind === "light");
  const light = lightIndex < 0 ? undefined : variable(lightIndex);
  const rules = rulesModule(board, {
    value: (source) => numberReader(source, board),
    state: (name, holds) => stateOf(parts, name, holds, board),
    variable: (name) => variableOf(parts, name),
  });
  const isKept = connections.some(({ create }) => create.includes("kept."));
  const isSaying = isKept || connections.some(({ create }) => create.includes("say("));
  const used: (readonly [string, string])[] = [
    ...connections.flatMap(({ imports }) => imports),
    ...rules.imports,
    ...(light === undefined
      ? [["createPlainLamp", LAMP] as const]
      : [["obeyLight", "./parts/light"] as const]),
    ...(isKept
      ? ([
          ["createKept", "./parts/kept"],
          ["load", "./device/store"],
          ["save", "./device/store"],
        ] as const)
      : []),
    ...(isSaying ? [["say", "./device/console"] as const] : []),
  ];
  const sources = [...new Set(used.map(([, from]) => from))];
  const bare = light === undefined ? "" : `!argument && obeyLight(${light}, name) ? ${light}.answer() : `;
  const named = connections.map(({ part, obeys, answer, refusal }) => {
    const usual = JSON.stringify(`error: ${part.name} takes ${takes(part, BOARD)}`);
    const error = refusal === undefined ? usual : `(${refusal} || ${usual})`;
    return `name === ${JSON.stringify(part.name.toLowerCase())} ? (!argument || ${obeys} ? ${answer} : ${error}) : `;
  });
  // Not one `? :` in another: the interpreter would take stack for each, and a chip has little.
  const wordFor = words.map(
    ({ text, command }) => `${spellings("text", text)} && ${JSON.stringify(command)} || `,
  );
  // First, so that what a rule switches on is seen to be on at once.
  const ticks = [...connections.flatMap(({ tick }) => tick ?? []), ...(isKept ? ["kept.tick(age)"] : [])];
  return {
    imports: sources.map((from) => [used.filter((each) => each[1] === from).map(([name]) => name), from]),
    declarations: [
      ...(isKept
        ? [
            `const kept = createKept(load("${KEPT_FILE}"), (values) => save("${KEPT_FILE}", values, ${room}), (line) => say(line));`,
          ]
        : []),
      ...connections.flatMap(({ create }, index) =>
        create === "" ? [] : [`const ${variable(index)} = ${create};`],
      ),
      ...rules.declarations,
    ],
    parts: `{
  lamp: ${light ?? "createPlainLamp(() => undefined)"},
  obey: (name, given) => {
    const argument = given.substring(0, ${LONGEST_ARGUMENT}).toLowerCase();
    return ${bare}${named.join("")}${own.replaceAll("(argument)", "(given)")}undefined;
  },
  wordFor: (text) => ${wordFor.join("")}"",
  known: () => ${JSON.stringify(knownOf(board))},
  ${board.onenet.generation === "plain" ? statesOf(connections, light) : NO_STATES},
  properties: ${board.onenet.generation === "studio" ? propertiesOf(board, connections) : "{}"},
  start: (obey) => { ${connections.flatMap(({ start }) => start ?? []).join("; ")} },
  applyRules: (age, obey) => { ${rules.ticks.join("; ")} },
  tick: (age) => { ${ticks.join("; ")} },
  flush: () => { ${isKept ? "kept.flush()" : ""} },
}`,
  };
}

/** What a board understands, cut to fit. */
function knownOf({ led, parts, code, words = [] }: Equipped): string {
  const all = [
    ...(led === undefined ? [] : COMMANDS),
    ...parts.map(({ name }) => name),
    ...(code?.commands ?? []),
    ...words.map(({ text }) => text),
  ];
  let list = "";
  for (const [index, each] of all.entries()) {
    const longer = index === 0 ? each : `${list}, ${each}`;
    if (Buffer.byteLength(longer) > LONGEST_LIST) return `${list}...`;
    list = longer;
  }
  return list;
}

const NO_STATES = `stateCount: 0,
  stateTopic: () => "",
  state: () => "",
  statePeriod: () => 0`;

/** @param light the variable of the light whose state is the board's, too */
function statesOf(connections: readonly ConnectedPart[], light: string | undefined): string {
  const states = [
    ...(light === undefined ? [] : [{ topic: "/state", state: `${light}.answer()`, period: 0 }]),
    ...connections.map(({ part, answer, state = answer, period = 0 }) => ({
      topic: `/${part.name}/state`,
      state,
      period,
    })),
  ];
  if (states.length === 0) return NO_STATES;
  const measured = states.flatMap(({ period }, index) =>
    period > 0 ? [`index === ${index} ? ${period} : `] : [],
  );
  return `stateCount: ${states.length},
  stateTopic: (index) => ${chosen(
    "index",
    states.map(({ topic }) => JSON.stringify(topic)),
  )},
  state: (index) => ${chosen(
    "index",
    states.map(({ state }) => state),
  )},
  statePeriod: (index) => ${measured.join("")}0`;
}
