/** The process of builder.ts. */

import { speak } from "../cli/language.ts";
import { UserError } from "../cli/user-error.ts";
import type { Delivery, Order } from "./builder.ts";
import { makeScript } from "./script.ts";

// A Ctrl-C at the terminal reaches this process too: it ends with the one that started it.
process.on("SIGINT", () => undefined).on("disconnect", () => process.exit());
process.on("message", (order: Order) => void deliver(order).then(send));

/** Whoever ended during the build needs no script any more. */
function send(delivery: Delivery): void {
  process.send?.(delivery, undefined, undefined, () => undefined);
}

async function deliver({ board, file, language }: Order): Promise<Delivery> {
  speak(language);
  try {
    return { script: await makeScript(board, file) };
  } catch (error) {
    if (error instanceof UserError) return { mistake: error.message };
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
