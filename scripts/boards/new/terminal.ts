/** Asks questions at a terminal. */

import input from "@inquirer/input";
import password from "@inquirer/password";
import select from "@inquirer/select";
import { EXIT, UserError } from "../../cli/command.ts";
import type { Asked } from "./question.ts";
import { out } from "../../cli/terminal.ts";
import { t } from "../../cli/language.ts";
import { SELECT_STYLE } from "../../cli/prompt-words.ts";

export interface Terminal {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
}

/**
 * Asks until the answer is valid.
 * @throws UserError if the user leaves: by Ctrl-C, by Ctrl-D, or by closing the terminal
 */
export async function askAt(terminal: Terminal, question: Asked): Promise<string> {
  const { text, where, standard, choices, isSecret, fault } = question;
  const leave = new AbortController();
  const onLeave = () => leave.abort();
  // Ctrl-D closes the terminal silently: the process then runs out of work.
  process.on("SIGINT", onLeave).on("SIGTERM", onLeave).on("SIGHUP", onLeave).on("beforeExit", onLeave);
  const context = { ...terminal, signal: leave.signal };
  const message = `${text}\n  ${out.dim(where)}\n `;
  const theme = {
    style: {
      ...SELECT_STYLE,
      message: (all: string, status: string) => out.bold(status === "done" ? text : all),
    },
  };
  const validate = (answer: string) => fault(answer) ?? true;
  try {
    if (isSecret) return await password({ message, mask: "*", validate, theme }, context);
    if (choices === undefined)
      return await input(
        { message, ...(standard === undefined ? {} : { default: standard }), validate, theme },
        context,
      );
    // A list has no validation of its own.
    for (;;) {
      const items = choices.map(({ value, label, description }) => {
        return { value, name: label, ...(description === undefined ? {} : { description }) };
      });
      const picked = await select(
        {
          message,
          choices: items,
          loop: false,
          ...(standard === undefined ? {} : { default: standard }),
          theme,
        },
        context,
      );
      const wrong = fault(picked);
      if (wrong === undefined) return picked;
      (terminal.output ?? process.stdout).write(`${out.red(`> ${wrong}`)}\n`);
    }
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt)Error$/.test(error.name))
      throw new UserError(t`interrupted; nothing was written`, EXIT.interrupted);
    throw error;
  } finally {
    process.off("SIGINT", onLeave).off("SIGTERM", onLeave).off("SIGHUP", onLeave).off("beforeExit", onLeave);
  }
}
