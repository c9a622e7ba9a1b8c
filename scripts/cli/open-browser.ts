/** Opens a page in the user's browser, if there is a user. */

import { spawn } from "node:child_process";

/** Does nothing without a terminal or a display, or in CI. Ignores a browser that fails to start. */
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
