/** What to do about an alert, in the page's language. */

import type { Alert } from "../../protocol.ts";
import { worded, words } from "./index.ts";
import { textIn } from "./text.ts";

export interface Advice {
  /** What is wrong, if the alert's own text is not in the page's language. */
  readonly sentence: string;
  /** Empty if there is nothing to do. */
  readonly todo: string;
}

export function adviceFor({ kind, rule, text }: Alert): Advice {
  const { rules, refusals, reasons, advice } = words.value;
  if (kind === "violation") {
    return Object.hasOwn(rules, rule) ? rules[rule as keyof typeof rules] : { sentence: rule, todo: "" };
  }
  if (kind === "refused") {
    const english = textIn("en", text);
    const cause = CAUSES.find(({ pattern }) => pattern.test(english))?.name ?? "other";
    return { sentence: reasons[cause] || worded(text), todo: refusals[cause] };
  }
  return { sentence: "", todo: advice[kind] };
}

/** The platform's reasons for refusing a log-in. */
const CAUSES = [
  { name: "expired", pattern: /token expired/ },
  { name: "token", pattern: /the token's|a token has|should be a token|the key is not base64/ },
  { name: "password", pattern: /password (is|has)|user name or the password/i },
  { name: "flags", pattern: /flags are not both set|will flag/i },
  { name: "device", pattern: /no such device|client id/i },
  { name: "product", pattern: /user name/i },
  { name: "keepAlive", pattern: /keep alive is/i },
  { name: "protocol", pattern: /not MQTT 3\.1\.1/i },
  { name: "tls", pattern: /TLS/ },
] as const;
