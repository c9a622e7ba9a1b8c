/** MQTT 3.1.1 control packets, in the terms of the codec and the session. All text is byte strings. */

/** Control packet types [MQTT 3.1.1, table 2.1]. */
export const enum PacketType {
  Connect = 1,
  Connack,
  Publish,
  Puback,
  Pubrec,
  Pubrel,
  Pubcomp,
  Subscribe,
  Suback,
  Unsubscribe,
  Unsuback,
  Pingreq,
  Pingresp,
  Disconnect,
}

export type Qos = 0 | 1 | 2;

/** CONNACK return codes [MQTT 3.1.1, table 3.1]. */
export const enum ReturnCode {
  Accepted,
  UnacceptableProtocolVersion,
  IdentifierRejected,
  ServerUnavailable,
  BadUserNameOrPassword,
  NotAuthorized,
}

/** SUBACK's code for a subscription that the server refused [MQTT 3.1.1, 3.9.3]. */
export const SUBSCRIPTION_REFUSED = "\x80";

/** The types of a server's packets that hold a packet identifier alone. */
export type Acknowledgement =
  | PacketType.Puback
  | PacketType.Pubrec
  | PacketType.Pubrel
  | PacketType.Pubcomp
  | PacketType.Unsuback;
