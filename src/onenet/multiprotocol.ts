/** OneNET's first generation, 多协议接入: `$dp`, `$creq` and `$crsp` ("设备终端接入协议-MQTT"). */

import type { Multiprotocol } from "../board";
import type { Device, Profile } from "./profile";

/** Every message is a command; those on `$creq/<uuid>` are answered on `$crsp/<uuid>`. */
export function createMultiprotocol(settings: Multiprotocol, device: Device): Profile {
  return {
    // Both flags must be set, or the platform cuts the connection without a CONNACK; a will is not allowed.
    logIn: {
      clientId: settings.device,
      cleanSession: true,
      keepAlive: settings.keepAlive,
      userName: settings.product,
      password: settings.authInfo,
    },

    // `$creq` comes without being asked for, and nothing with a `$` may be subscribed to.
    subscriptions: settings.topics,

    dataTopic: "$dp",

    receive(topic, payload) {
      const answer = device.obey(payload);
      if (topic.startsWith("$creq/")) device.publish("$crsp/" + topic.substring(6), answer);
    },
  };
}
