/** MQTT 3.1.1 control packets as the codec and the session speak of them. All text is byte strings. */

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
export const SUBSCRIPTION_REFUSED = 0x80;

export interface Connack {
  readonly type: PacketType.Connack;
  readonly sessionPresent: boolean;
  readonly returnCode: ReturnCode;
}

export interface Publish {
  readonly type: PacketType.Publish;
  readonly topic: string;
  readonly payload: string;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Packet identifier, 1–65535; 0 at QoS 0. */
  readonly id: number;
}

export interface Suback {
  readonly type: PacketType.Suback;
  readonly id: number;
  /** One byte for each topic filter asked for: the QoS granted, or {@link SUBSCRIPTION_REFUSED}. */
  readonly codes: string;
}

/** The packets that carry nothing but a packet identifier. */
export interface Acknowledgement {
  readonly type:
    PacketType.Puback | PacketType.Pubrec | PacketType.Pubrel | PacketType.Pubcomp | PacketType.Unsuback;
  readonly id: number;
}

export interface Pingresp {
  readonly type: PacketType.Pingresp;
}

/** What a server may send. */
export type ServerPacket = Connack | Publish | Suback | Acknowledgement | Pingresp;
