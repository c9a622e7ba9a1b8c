/** `npm run thing-model -- <board>`: writes the thing model that a studio board needs, for OneNET's console. */

import { boardOf } from "./boards/arguments.ts";
import { DEFAULT_BOARD, loadBoard, placeholders } from "./boards/index.ts";
import { serverKind } from "./boards/mqtt.ts";
import { examples, printJson, runCommand, UserError, warn } from "./cli/command.ts";
import { writeOutput } from "./cli/output-file.ts";
import { boardModel } from "./local-onenet/board-model.ts";
import { exportModel } from "./local-onenet/model-file.ts";
import { t } from "./cli/language.ts";

interface Options {
  out?: string;
  json?: true;
}

await runCommand(
  "thing-model",
  t`Writes the thing model that a studio board needs, as a file that OneNET's console imports.`,
  (command) =>
    command
      .argument("[board]", t`name of a file in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", t`same as the [board] argument`)
      .option("--out <file>", t`file to write (default: dist/<board>-thing-model.json)`)
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run thing-model -- lamp", "dist/lamp-thing-model.json"],
            ["npm run thing-model -- lamp --out model.json"],
          ],
          "docs/onenet-studio.md",
        ),
      ),
  async (command) => {
    const { out, json } = command.opts<Options>();
    const board = loadBoard(boardOf(command));
    const { onenet } = board;
    if (onenet.generation !== "studio")
      throw new UserError(
        t`${board.name} is ${serverKind(board)}: only studio has a thing model (docs/onenet-studio.md)`,
      );
    const model = boardModel(board, onenet);
    const file = out ?? `dist/${board.name}-thing-model.json`;
    await writeOutput(file, exportModel(model, onenet.product));
    const { properties, services = [], events = [] } = model;
    const counts = { properties: properties.length, services: services.length, events: events.length };
    const warnings = placeholders(board).includes("onenet.product")
      ? [t`${board.name}: onenet.product is still an example value, and it is in the file`]
      : [];
    if (json) printJson({ board: board.name, file, ...counts, warnings });
    else {
      console.log(
        t`${file}: ${properties.length} properties, ${services.length} services, ${events.length} events`,
      );
      warnings.forEach(warn);
    }
  },
);
