/**
 * Espruino's telnet server (jswrap_telnet.c): the console for anyone, on 127.0.0.1 instead of the Wi-Fi. Keeps out
 * web pages in this computer's browsers, which might not reach a real board.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { fromBytes, toBytes } from "./bytes.ts";
import { isOfBrowser } from "./of-browser.ts";

export interface Telnet {
  /** TCP port on 127.0.0.1 that stands for port 23; undefined while closed. */
  port(): number | undefined;
  /** Number of terminals: at most one. */
  terminals(): number;
  /** Starts or stops listening. */
  listen(isOn: boolean): void;
  /** Sends the console's output. */
  readonly show: (bytes: string) => void;
  /** Resolves when all is closed. */
  stop(): Promise<void>;
}

/**
 * @param type types bytes into the console
 * @param changed called when it starts or stops listening
 */
export function createTelnet(type: (bytes: string) => void, changed: () => void): Telnet {
  let server: Server | undefined;
  let terminal: Socket | undefined;
  const closing: Promise<unknown>[] = [];
  const port = () => (server?.address() as AddressInfo | null | undefined)?.port;

  function open(): void {
    server = createServer({ noDelay: true }, (socket) => {
      terminal?.destroy(); // the newest gets the console
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
