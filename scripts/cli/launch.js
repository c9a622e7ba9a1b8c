/**
 * Runs a command: `node scripts/cli/launch.js <name>` runs scripts/<name>.ts. In JavaScript that any Node.js can read, so
 * that one too old is told so: it knows neither the options nor the packages that the commands need.
 */

import { faultOfNode, isChinese } from "./node-version.js";

const [name = ""] = process.argv.splice(2, 1);
const speaksChinese = isChinese(process.argv.slice(2), process.env);
const fault = faultOfNode(process.versions.node, speaksChinese);
if (fault === undefined) {
  // @ts-expect-error -- has no types
  void import("tsx").then(() => import(`../${name}.ts`));
} else {
  process.exitCode = 1;
  if (process.argv.includes("--json")) console.log(JSON.stringify({ ok: false, error: { message: fault } }));
  else console.error(`${speaksChinese ? "错误：" : "error: "}${fault}`);
}
