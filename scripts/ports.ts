/** `npm run ports`: lists the serial ports, and what seems to sit on them. */

import pc from "picocolors";
import { runCommand } from "./lib/command.ts";
import { listPorts } from "./lib/serial-ports.ts";

await runCommand(
  "ports",
  "Lists the serial ports of this computer, and what seems to sit on them.",
  (command) =>
    command
      .option("--json", "as JSON, for programs: path, usb {vendor, product}, what, isLikely")
      .addHelpText("after", "\nExamples:\n  npm run ports\n  npm run -s ports -- --json"),
  async (command) => {
    const ports = await listPorts();
    if (command.opts<{ json?: true }>().json) {
      console.log(JSON.stringify(ports, undefined, 2));
      return;
    }
    if (ports.length === 0) {
      console.log("no serial port: plug the board in; its cable must carry data, and not only power");
    }
    const width = Math.max(...ports.map(({ path }) => path.length));
    for (const { path, usb, what, isLikely } of ports) {
      const line = `${path.padEnd(width)}  ${usb ? `${usb.vendor}:${usb.product}` : " ".repeat(9)}  ${what}`;
      console.log(isLikely ? pc.bold(line) : line);
    }
  },
);
