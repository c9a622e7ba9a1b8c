/** OneNET's first generation, 多协议接入: `$dp`, `$creq` and `$crsp` ("设备终端接入协议-MQTT"). */

import type { Profile } from "./profile";

export const multiprotocol: Profile = {
  // Both flags must be set, or the platform cuts the connection without a CONNACK; a will is not allowed.
  logIn: (settings) => ({
    clientId: settings.device,
    cleanSession: true,
    keepAlive: settings.keepAlive,
    userName: settings.product,
    password: settings.authInfo,
  }),

  // `$creq` comes without being asked for, and nothing with a `$` may be subscribed to.
  subscriptions: (settings) => settings.topics,

  dataTopic: "$dp",

  answerTopic: (topic) => (topic.startsWith("$creq/") ? "$crsp/" + topic.substring(6) : undefined),
};
