/** A persistence without message queues, for the OneNET broker. */

import type { Aedes } from "aedes";

/** No message waits for a client that is away: the platform's are QoS 0, and a queue would need a bound. */
export function keepNothingForAbsentClients(broker: Aedes): void {
  // The types leave the persistence out, and no option of aedes says this.
  const { persistence } = broker as unknown as {
    persistence: { outgoingEnqueueCombi: () => Promise<void> };
  };
  persistence.outgoingEnqueueCombi = () => Promise.resolve();
}
