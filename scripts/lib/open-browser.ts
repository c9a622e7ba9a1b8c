/** Shows a page to who started a command, where there is someone to see it. */

import { spawn } from "node:child_process";

/** Does nothing without a terminal, without a display, or in CI; a browser that cannot be started is no error. */
export function openBrowser(address: string): void {
  const { env, platform, stdout } = process;
  const hasDisplay = platform !== "linux" || "DISPLAY" in env || "WAYLAND_DISPLAY" in env;
  if (!stdout.isTTY || env["CI"] || !hasDisplay) return;
  const [command, ...args] =
    platform === "darwin" ? ["open"] : platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  spawn(command, [...args, address], { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
}
