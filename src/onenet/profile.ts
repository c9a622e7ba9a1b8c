/** What a generation of OneNET must offer, so that the rest of the firmware need not know which one it talks to. */

import type { OneNet } from "../board";
import type { ConnectOptions } from "../mqtt/encode";

export interface Profile {
  /** How a device logs in. */
  logIn(settings: OneNet): ConnectOptions;
  /** Topic filters that the device subscribes to once it is online; may be none. */
  subscriptions(settings: OneNet): readonly string[];
  /** Topic that data points are published to. */
  readonly dataTopic: string;
  /** Topic on which the sender of a command on `topic` waits for the answer; undefined where nobody waits. */
  answerTopic(topic: string): string | undefined;
}
