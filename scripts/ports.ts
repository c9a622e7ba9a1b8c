/** `npm run ports`: lists the serial ports, and what seems to sit on them. */

import { examples, printJson, runCommand } from "./lib/command.ts";
import { listPorts } from "./lib/serial-ports.ts";
import { out } from "./lib/terminal.ts";

await runCommand(
  "ports",
  "Lists the serial ports of this computer, and what seems to sit on them.",
  (command) =>
    command
      .option("--json", "the result as JSON, for programs")
      .addHelpText(
        "after",
        examples([["npm run ports"], ["npm run -s ports -- --json"]], "docs/flashing.md"),
      ),
  async (command) => {
    const ports = await listPorts();
    if (command.opts<{ json?: true }>().json) {
      printJson({ ports });
      return;
    }
    if (ports.length === 0) {
      console.log("no serial port: plug the board in; its cable must carry data, and not only power");
    }
    const width = Math.max(...ports.map(({ path }) => path.length));
    for (const { path, usb, what, isLikely } of ports) {
      const line = `${path.padEnd(width)}  ${usb ? `${usb.vendor}:${usb.product}` : " ".repeat(9)}  ${what}`;
      console.log(isLikely ? out.bold(line) : line);
    }
  },
);
