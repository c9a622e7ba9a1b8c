/**
 * Runs a command: `node scripts/cli/launch.js <name>` runs scripts/<name>.ts. In JavaScript that any Node.js can read, so
 * that one too old is told so: it knows neither the options nor the packages that the commands need.
 */

import { faultOfNode } from "./node-version.js";

const fault = faultOfNode(process.versions.node);
const [name = ""] = process.argv.splice(2, 1);
if (fault === undefined) {
  // @ts-expect-error -- has no types
  void import("tsx").then(() => import(`../${name}.ts`));
} else {
  process.exitCode = 1;
  if (process.argv.includes("--json")) console.log(JSON.stringify({ ok: false, error: { message: fault } }));
  else console.error(`error: ${fault}`);
}
