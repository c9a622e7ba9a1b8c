/** `npm run ports`: lists the serial ports, what is probably connected, and which chips each is for. */

import { linkTo, LockedError } from "./flash/board-link.ts";
import { examples, printJson, runCommand } from "./cli/command.ts";
import { openPort } from "./flash/port.ts";
import { listPorts, RIGHT_FOR, type FoundPort } from "./flash/serial-ports.ts";
import { err, out } from "./cli/terminal.ts";
import { explainAbsence, whoIsThere } from "./flash/who-is-there.ts";
import { t } from "./cli/language.ts";

/** A port, and what answered on it. */
type Asked = FoundPort & { readonly answer?: string };

await runCommand(
  "ports",
  t`Lists this computer's serial ports, what is probably connected, and which chips each is for.`,
  (command) =>
    command
      .option("--ask", t`identify the board on each likely port; opening a port restarts some boards`)
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run ports"],
            ["npm run ports -- --ask", t`Espruino's version and chip, or that the port receives no input`],
            ["npm run -s ports -- --json"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { ask, json } = command.opts<{ ask?: true; json?: true }>();
    const found = await listPorts();
    if (ask && found.some(({ isLikely }) => isLikely) && !json) {
      console.error(err.dim(t`asking: takes up to 30 s if a board is busy connecting`));
    }
    const ports = ask ? await Promise.all(found.map((port) => askPort(port, found))) : found;
    if (json) {
      printJson({ ports });
      return;
    }
    if (ports.length === 0) {
      console.log(t`no serial port: connect the board, with a cable that carries data, not only power`);
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
      return { ...port, answer: t`Espruino ${VERSION} on ${BOARD} answers` };
    } finally {
      await link.close();
    }
  } catch (error) {
    if (error instanceof LockedError) return { ...port, answer: t`Espruino, locked with a password` };
    return { ...port, answer: (error as Error).message };
  }
}
