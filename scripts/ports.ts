/** `npm run ports`: lists the serial ports, what seems to sit on them, and for which chips each is right. */

import { linkTo, LockedError } from "./lib/board-link.ts";
import { examples, printJson, runCommand } from "./lib/command.ts";
import { openPort } from "./lib/port.ts";
import { listPorts, RIGHT_FOR, type FoundPort } from "./lib/serial-ports.ts";
import { err, out } from "./lib/terminal.ts";
import { explainAbsence, whoIsThere } from "./lib/who-is-there.ts";

/** A port, and who answered on it. */
type Asked = FoundPort & { readonly answer?: string };

await runCommand(
  "ports",
  "Lists the serial ports of this computer, what seems to sit on them, and for which chips each is right.",
  (command) =>
    command
      .option(
        "--ask",
        "ask who is there, on each port that a board may have; opening one restarts some boards",
      )
      .option("--json", "the result as JSON, for programs")
      .addHelpText(
        "after",
        examples(
          [
            ["npm run ports"],
            [
              "npm run ports -- --ask",
              "Espruino's version and chip, or that the port prints and does not hear",
            ],
            ["npm run -s ports -- --json"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { ask, json } = command.opts<{ ask?: true; json?: true }>();
    const found = await listPorts();
    if (ask && found.some(({ isLikely }) => isLikely) && !json) {
      console.error(err.dim("asking: up to 30 s, as long as a board may be away"));
    }
    const ports = ask ? await Promise.all(found.map((port) => askPort(port, found))) : found;
    if (json) {
      printJson({ ports });
      return;
    }
    if (ports.length === 0) {
      console.log("no serial port: plug the board in; its cable must carry data, and not only power");
    }
    const width = Math.max(...ports.map(({ path }) => path.length));
    for (const port of ports) show(port, width);
  },
);

function show({ path, usb, what, isLikely, socket, answer }: Asked, width: number): void {
  const line = `${path.padEnd(width)}  ${usb ? `${usb.vendor}:${usb.product}` : " ".repeat(9)}  ${what}`;
  console.log(isLikely ? out.bold(line) : line);
  for (const text of [...(socket ? [RIGHT_FOR[socket]] : []), ...(answer?.split("\n") ?? [])]) {
    console.log(`${" ".repeat(width)}             ${text}`);
  }
}

async function askPort(port: FoundPort, ports: readonly FoundPort[]): Promise<Asked> {
  if (!port.isLikely) return port;
  try {
    const link = linkTo(await openPort(port.path));
    try {
      const presence = await whoIsThere(link, { mayInterrupt: false });
      if (presence.kind !== "espruino") {
        return { ...port, answer: explainAbsence(presence, port.path, undefined, ports) };
      }
      const { VERSION, BOARD } = presence.environment;
      return { ...port, answer: `Espruino ${VERSION} on ${BOARD} answers` };
    } finally {
      await link.close();
    }
  } catch (error) {
    if (error instanceof LockedError)
      return { ...port, answer: "Espruino answers, and asks for its password" };
    return { ...port, answer: (error as Error).message };
  }
}
