/**
 * Espruino's telnet server (jswrap_telnet.c): the console for whoever comes, on 127.0.0.1 in place of the Wi-Fi. Web pages
 * of this computer's browsers, which a real board may not be within reach of, are kept out.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { fromBytes, toBytes } from "./bytes.ts";
import { isOfBrowser } from "./console-server.ts";

export interface Telnet {
  /** TCP port of 127.0.0.1 that stands for port 23; undefined while it is closed. */
  port(): number | undefined;
  /** How many have the console: one at most. */
  terminals(): number;
  /** Listens, or does not. */
  listen(isOn: boolean): void;
  /** What the console shows. */
  readonly show: (bytes: string) => void;
  /** Resolves when all is closed. */
  stop(): Promise<void>;
}

/**
 * @param type puts bytes into the console
 * @param changed it listens, or does not any more
 */
export function createTelnet(type: (bytes: string) => void, changed: () => void): Telnet {
  let server: Server | undefined;
  let terminal: Socket | undefined;
  const closing: Promise<unknown>[] = [];
  const port = () => (server?.address() as AddressInfo | null | undefined)?.port;

  function open(): void {
    server = createServer({ noDelay: true }, (socket) => {
      terminal?.destroy(); // the newest has the console
      terminal = socket;
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        if (terminal === socket) terminal = undefined;
      });
      let isFirst = true;
      socket.on("data", (bytes) => {
        if (isFirst && isOfBrowser(bytes)) socket.destroy();
        else if (terminal === socket) type(fromBytes(bytes));
        isFirst = false;
      });
    });
    server.listen(0, "127.0.0.1", changed);
  }

  function close(): void {
    if (!server) return;
    closing.push(once(server, "close"));
    server.close();
    terminal?.destroy();
    server = undefined;
    changed();
  }

  return {
    port,
    terminals: () => (terminal ? 1 : 0),
    listen(isOn) {
      if (isOn === (server !== undefined)) return;
      if (isOn) open();
      else close();
    },
    show: (bytes) => void terminal?.write(toBytes(bytes)),
    async stop() {
      close();
      await Promise.all(closing.splice(0));
    },
  };
}
