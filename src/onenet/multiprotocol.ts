/** OneNET's first generation, 多协议接入: `$dp`, `$creq` and `$crsp` ("设备终端接入协议-MQTT"). */

import { checkSetting } from "../advice";
import type { Multiprotocol } from "../board";
import type { Profile, Program } from "./profile";

/** Every message is a command; one on `$creq/<uuid>` is answered on `$crsp/<uuid>`. */
export function createMultiprotocol(settings: Multiprotocol, program: Program): Profile {
  return {
    // User name and password must both be set, or the platform cuts the connection without a CONNACK; a will is not allowed.
    logIn: {
      clientId: settings.device,
      cleanSession: true,
      keepAlive: settings.keepAlive,
      userName: settings.product,
      password: settings.authInfo,
    },

    logInAdvice: () => checkSetting("product, device and authInfo"),

    // `$creq` needs no subscription, and topics with a `$` may not be subscribed to.
    subscriptions: settings.topics,
    subscriptionAdvice: () => checkSetting("onenet.topics"),

    dataTopic: "$dp",
    online: () => undefined,

    receive(topic, payload) {
      const answer = program.obey(payload);
      if (topic.startsWith("$creq/")) program.publish("$crsp/" + topic.substring(6), answer);
    },
  };
}
