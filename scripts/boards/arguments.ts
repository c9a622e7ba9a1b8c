/** The boards given on a command line. */

import type { Command } from "commander";
import { EXIT, UserError } from "../cli/user-error.ts";
import { DEFAULT_BOARD } from "./index.ts";
import { listAnd, t } from "../cli/language.ts";

/** Names of the boards given as arguments and with --board, without duplicates; the default if none. */
export function boardsOf(command: Command): readonly string[] {
  const { board } = command.opts<{ board?: string }>();
  const named = new Set([...command.args, ...(board === undefined ? [] : [board])]);
  return named.size > 0 ? [...named] : [DEFAULT_BOARD];
}

/** Name of the board, for a command that takes one. @throws UserError if there are several */
export function boardOf(command: Command): string {
  const [board = "", ...others] = boardsOf(command);
  if (others.length === 0) return board;
  throw new UserError(t`${listAnd([board, ...others])}: give one board only`, EXIT.usage);
}
