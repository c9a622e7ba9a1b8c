/** What aedes keeps for clients, within bounds. It has no options for this, and its types leave out the persistence. */

import type { Aedes, Subscription } from "aedes";
import { createReceived } from "./received.ts";

interface Inner {
  authorizeSubscribe: Aedes["authorizeSubscribe"];
  readonly persistence: {
    addSubscriptions: (client: unknown, subscriptions: readonly Subscription[]) => Promise<void>;
  };
}

/**
 * Nothing is queued for an offline client: the platform's messages are QoS 0, and a queue would need a bound. Of its
 * messages at QoS 2, the identifiers are kept.
 */
export function keepNothingForAbsentClients(broker: Aedes): void {
  const { persistence } = broker as unknown as Inner;
  Object.assign(persistence, createReceived(), { outgoingEnqueueCombi: () => Promise.resolve() });
}

/**
 * Keeps only granted subscriptions for the session after a lost connection. For each topic it grants, aedes keeps all
 * topics of the packet, also the refused ones.
 */
export function keepGrantedSubscriptions(broker: Aedes): void {
  const inner = broker as unknown as Inner;
  const { persistence } = inner;
  const authorize = inner.authorizeSubscribe;
  const add = persistence.addSubscriptions.bind(persistence);
  /** Granted and not kept yet. */
  const granted = new WeakSet<Subscription>();

  inner.authorizeSubscribe = (client, subscription, done) =>
    authorize(client, subscription, (error, allowed) => {
      if (allowed) granted.add(allowed);
      done(error, allowed);
    });
  persistence.addSubscriptions = (client, subscriptions) => {
    const fresh = subscriptions.filter((subscription) => granted.delete(subscription));
    return add(client, fresh);
  };
}
