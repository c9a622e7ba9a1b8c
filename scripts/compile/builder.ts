/**
 * Builds scripts in a process of its own. A build keeps its process busy for seconds; in this one, nothing else would
 * happen meanwhile: no answer to Ctrl-C, no packet for a virtual board.
 */

import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Board } from "../boards/board.ts";
import { language, type Language } from "../cli/language.ts";
import { UserError } from "../cli/user-error.ts";
import { buildBundle, type Bundle } from "./bundle.ts";
import type { Script } from "./script.ts";

/** What is asked of the process (build-process.ts). */
export interface Order {
  readonly board: Board;
  /** As in `makeScript`. */
  readonly file: string;
  /** Of its mistakes. */
  readonly language: Language;
}

/** Its answer; `failure` describes a bug of this project. */
export type Delivery =
  | { readonly script: Script }
  | { readonly mistake: string }
  | { readonly failure: string };

export interface Builder {
  /**
   * As `buildBundle`, one at a time. The process stays for the next build, which takes a fraction of the time.
   * @param language of its mistakes and warnings; the command's by default
   * @throws Error if it is closed meanwhile
   */
  readonly build: (board: Board, language?: Language) => Promise<Bundle>;
  /** Starts the process, unless it runs, and builds a board in vain: the next build is then as fast as a later one. */
  readonly warm: (board: Board) => void;
  /** Ends the process, and a build under way. */
  readonly close: () => void;
}

const PROGRAM = fileURLToPath(new URL("build-process.ts", import.meta.url));

const ENDED = "the build's process ended";

export function createBuilder(): Builder {
  let builder: ChildProcess | undefined;
  let isClosed = false;

  let last: Promise<unknown> = Promise.resolve();

  function make(order: Order): Promise<Script> {
    const made = last.then(() => makeNow(order));
    last = made.catch(() => undefined);
    return made;
  }

  function makeNow(order: Order): Promise<Script> {
    if (isClosed) return Promise.reject(new Error(ENDED));
    const child = (builder ??= fork(PROGRAM, ["--lang", language], {
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
    }));
    return new Promise((resolve, reject) => {
      const ended = () => {
        builder = undefined;
        reject(new Error(ENDED));
      };
      child.once("exit", ended).once("message", (delivery: Delivery) => {
        child.off("exit", ended);
        if ("script" in delivery) resolve(delivery.script);
        else if ("mistake" in delivery) reject(new UserError(delivery.mistake));
        else reject(new Error(delivery.failure));
      });
      child.send(order);
    });
  }

  return {
    build: (board, to = language) =>
      buildBundle(board, "dist", (kind, file) => make({ board: kind, file, language: to })),
    warm(board) {
      if (!builder) make({ board, file: "dist/warm.js", language }).catch(() => undefined); // the next build meets the same fault
    },
    close() {
      isClosed = true;
      builder?.kill("SIGKILL");
    },
  };
}
