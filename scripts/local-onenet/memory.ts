/** A persistence without message queues, for the OneNET broker. */

import type { Aedes } from "aedes";

/** Nothing is queued for an offline client: the platform's messages are QoS 0, and a queue would need a bound. */
export function keepNothingForAbsentClients(broker: Aedes): void {
  // aedes has no option for this, and its types leave out the persistence.
  const { persistence } = broker as unknown as {
    persistence: { outgoingEnqueueCombi: () => Promise<void> };
  };
  persistence.outgoingEnqueueCombi = () => Promise.resolve();
}
