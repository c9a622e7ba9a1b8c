/** The part of aedes' store for QoS 2 messages that were received but not released yet [MQTT-4.3.3-2]. */

/** Most such messages of a client; aedes counts those of one connection, and a session may have many. */
export const MAXIMUM_RECEIVED = 100;

interface Packet {
  readonly messageId?: number;
}

interface Client {
  readonly id: string;
}

/** Keeps identifiers alone: the message itself has been delivered. The oldest are dropped first. */
export function createReceived() {
  const received = new Map<string, Set<number>>();

  return {
    incomingStorePacket({ id }: Client, { messageId = 0 }: Packet) {
      const identifiers = received.get(id) ?? new Set();
      received.set(id, identifiers.add(messageId));
      const [oldest = 0] = identifiers;
      if (identifiers.size > MAXIMUM_RECEIVED) identifiers.delete(oldest);
      return Promise.resolve();
    },

    incomingGetPacket({ id }: Client, packet: Packet) {
      const isKnown = received.get(id)?.has(packet.messageId ?? 0) === true;
      return isKnown ? Promise.resolve(packet) : Promise.reject(new Error("no such packet"));
    },

    incomingDelPacket({ id }: Client, { messageId = 0 }: Packet) {
      received.get(id)?.delete(messageId);
      return Promise.resolve();
    },

    cleanIncoming({ id }: Client) {
      received.delete(id);
      return Promise.resolve();
    },
  };
}
