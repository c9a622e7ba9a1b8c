/** The command line of `npm run new-board`. */

import { lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { Option, type Command } from "commander";
import { BoardError, checkUnwritten, listBoards, loadBoard } from "../index.ts";
import { quote } from "../mistake.ts";
import { examples, EXIT, runCommand, printError, UserError } from "../../cli/command.ts";
import { out } from "../../cli/terminal.ts";
import { draftOf } from "./draft.ts";
import { holdInterview, type Answered } from "./interview.ts";
import type { Answers, Asked, Bases, Question } from "./question.ts";
import { QUESTIONS } from "./questions.ts";
import { reviewAnswers } from "./review.ts";
import { readSecrets } from "./secrets.ts";
import { alreadyThere, writePrivately } from "./write.ts";
import { padEnd, widthOf } from "../../cli/columns.ts";
import { list, t } from "../../cli/language.ts";

const NAME_HELP = t`name of its file: lower-case letters, digits and -`;

const BOARD_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

const SECRETS = t`
A secret comes from its environment variable, from standard input
(--secrets-stdin), or is asked for; an option for it stays in the shell's
history. What is neither given nor has a default is asked for at a terminal.
`;

const EXAMPLES = examples(
  [
    ["npm run new-board"],
    ["npm run new-board -- lamp --board mpython --ssid attic"],
    [
      "npm run new-board -- lamp --board esp32-devkit --ssid attic \\\n" +
        "      --generation suite --product 469948 --device lamp \\\n" +
        "      --secrets-stdin < secrets.txt",
      t`secrets.txt has lines WIFI_PASSWORD=… and ONENET_KEY=…`,
    ],
  ],
  "docs/boards.md",
);

/** @param directory the folder of the board files */
export function newBoardCommand(directory: string): Promise<void> {
  return runCommand("new-board", t`Asks about a board and writes its board file.`, define, (command) =>
    writeNewBoard(command, directory),
  );
}

function define(command: Command): Command {
  command.argument("[name]", NAME_HELP);
  for (const { name, value, text, variable } of QUESTIONS) {
    const option = new Option(`--${name} ${value}`, text);
    command.addOption(variable === undefined ? option : option.env(variable));
  }
  return command
    .option("--secrets-stdin", t`read secrets from standard input, in lines such as WIFI_PASSWORD=…`)
    .option("--force", t`replace the file if it exists`)
    .addHelpText("after", SECRETS + EXAMPLES);
}

async function writeNewBoard(command: Command, directory: string): Promise<void> {
  const { force = false, secretsStdin = false } = command.opts<{ force?: true; secretsStdin?: true }>();
  const { given, explicit, exported } = await givenTo(command, secretsStdin);
  const person = process.stdin.isTTY && process.stdout.isTTY ? await terminal() : undefined;
  const asked: string[] = [];
  const ask =
    person &&
    ((question: Asked) => {
      asked.push(question.text);
      return person(question);
    });
  const faultOfName = (name: string) => nameFault(directory, name, force);
  const name = command.args[0] ?? (await ask?.(askedName(faultOfName)));
  const wrongName = name === undefined ? undefined : faultOfName(name);
  if (wrongName !== undefined)
    throw new UserError(wrongName, BOARD_NAME.test(name ?? "") ? EXIT.failed : EXIT.usage);

  const bases = basesIn(directory);
  const interview = { directory, bases, name: name ?? "new-board", ask, report: printError };
  let answered: Answered | undefined = await holdInterview({ ...interview, given, explicit });
  if (ask && asked.length > 0 && name !== undefined)
    answered = await reviewAnswers(answered, {
      file: `${basename(directory)}/${name}.local.json`,
      ask,
      show: console.log,
      askAgain: (given) => holdInterview({ ...interview, given, explicit: new Set() }),
    });
  if (answered === undefined) throw new UserError(t`nothing was written`, EXIT.interrupted);
  const { answers, faults, missing } = answered;
  const problems = [...faults, ...describeMissing(name, missing)];
  const lastProblem = problems.pop();
  if (name === undefined || lastProblem !== undefined) {
    problems.forEach(printError);
    throw new UserError(lastProblem ?? "", EXIT.usage);
  }

  const board = draftOf(answers, bases);
  const mistakes = checkUnwritten(name, board, { directory });
  if (mistakes.length > 0) throw new BoardError(mistakes);
  writePrivately(pathOf(directory, name), `${JSON.stringify(board, undefined, 2)}\n`, force);
  // A shell may still export values meant for another device.
  const variables = QUESTIONS.filter(
    (question) => exported.has(question.name) && answers[question.name] !== undefined,
  );
  if (variables.length > 0)
    console.log(t`From the environment: ${list(variables.flatMap(({ variable }) => variable ?? []))}`);
  console.log(nextSteps(directory, name));
}

interface Given {
  readonly given: Answers;
  /** The questions answered on the command line. */
  readonly explicit: ReadonlySet<string>;
  /** Those answered by the environment. */
  readonly exported: ReadonlySet<string>;
}

/** The answers given in advance: on the command line, else on standard input, else in the environment. */
async function givenTo(command: Command, fromStdin: boolean): Promise<Given> {
  const given: Record<string, string> = {};
  const explicit = new Set<string>();
  const exported = new Set<string>();
  const secrets = fromStdin ? await secretsOf(process.stdin) : new Map<string, string>();
  for (const { name, variable = "" } of QUESTIONS) {
    const attribute = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const option = command.getOptionValue(attribute) as string | undefined;
    const isExplicit = command.getOptionValueSource(attribute) === "cli";
    const answer = isExplicit ? option : (secrets.get(variable) ?? option);
    if (answer === undefined) continue;
    given[name] = answer;
    if (isExplicit) explicit.add(name);
    else if (!secrets.has(variable)) exported.add(name);
  }
  return { given, explicit, exported };
}

function secretsOf(stdin: NodeJS.ReadStream): Promise<ReadonlyMap<string, string>> {
  if (stdin.isTTY)
    throw new UserError(
      t`--secrets-stdin: typed input would be visible; pipe a file in, or omit the option`,
      EXIT.usage,
    );
  return readSecrets(
    stdin,
    QUESTIONS.flatMap(({ variable }) => variable ?? []),
  );
}

/** The prompts take a moment to load, so only when needed. */
async function terminal(): Promise<(question: Asked) => Promise<string>> {
  const { askAt } = await import("./terminal.ts");
  return (question) => askAt({}, question);
}

function askedName(fault: Asked["fault"]): Asked {
  return {
    text: t`What should the board file be called?`,
    where: t`Your choice: commands refer to the board by this name. Lower-case letters, digits and -.`,
    isSecret: false,
    choices: undefined,
    standard: "lamp",
    fault,
  };
}

function nameFault(directory: string, name: string, force: boolean): string | undefined {
  if (!BOARD_NAME.test(name))
    return t`${quote(name)} is not a valid board name; use up to 64 lower-case letters, digits and -, such as lamp`;
  const isThere = lstatSync(pathOf(directory, name), { throwIfNoEntry: false }) !== undefined;
  return isThere && !force ? alreadyThere(`${basename(directory)}/${name}.local.json`) : undefined;
}

/** One file for each board: the others are the same boards with another generation, and that is a question. */
function basesIn(directory: string): Bases {
  const boards = listBoards(directory).shipped.map((name) => loadBoard(name, { directory, local: false }));
  return new Map(
    boards.filter(({ onenet }) => onenet.generation === "multiprotocol").map((board) => [board.name, board]),
  );
}

/** At most one message. */
function describeMissing(name: string | undefined, missing: readonly Question[]): string[] {
  const rows = missing.map(({ name, value, variable, text }): [string, string] => [
    `--${name} ${value}`,
    variable === undefined ? text : t`${text} (or ${variable})`,
  ]);
  if (name === undefined) rows.unshift(["<name>", NAME_HELP]);
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([option]) => widthOf(option)));
  const lines = rows.map((row) => `\n  ${padEnd(row[0], width)}  ${row[1]}`);
  return [t`missing, and there is no terminal to ask on (your answers may require more):${lines.join("")}`];
}

function nextSteps(directory: string, name: string): string {
  const wrote = out.green(t`Wrote ${basename(directory)}/${name}.local.json`);
  return t`${wrote}. It contains your secrets; git ignores it.

Next:
  npm start -- --board ${name}              try it on this computer, without the board
  npm run flash -- ${name} --port <port>    flash the board; npm run ports lists the ports`;
}

function pathOf(directory: string, name: string): string {
  return join(directory, `${name}.local.json`);
}
