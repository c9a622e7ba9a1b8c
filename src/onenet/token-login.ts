/** What suite and studio share: the log-in by token, and the device's own part of the `$sys` topics. */

import type { Suite, Studio } from "../board";
import type { ConnectOptions } from "../mqtt/encode";

/** Device name, product id, token; a will is not allowed ("设备接入", MQTT). */
export function tokenLogIn(settings: Suite | Studio): ConnectOptions {
  return {
    clientId: settings.device,
    cleanSession: true,
    keepAlive: settings.keepAlive,
    userName: settings.product,
    password: settings.token,
  };
}

/** `$sys/{product}/{device}/`; nothing outside of it is the device's. */
export function ownTopics(settings: Suite | Studio): string {
  return "$sys/" + settings.product + "/" + settings.device + "/";
}
