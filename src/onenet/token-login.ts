/** The log-in by token, and the device's part of the `$sys` topics: common to suite and studio. */

import { checkSetting } from "../advice";
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

/** The end of the console line when the log-in is refused. */
export function tokenAdvice(): string {
  return checkSetting("product, device and key") + "; an expired token needs a new build";
}

/** The end of the console line when a subscription is refused. */
export function ownTopicsAdvice(): string {
  return checkSetting("onenet.product and onenet.device");
}

/** `$sys/{product}/{device}/`: the device may use no topic outside of it. */
export function ownTopics(settings: Suite | Studio): string {
  return "$sys/" + settings.product + "/" + settings.device + "/";
}
