import { UserError } from "./user-error.ts";

/** The oldest Node.js that runs the project: `engines` of package.json. */
const OLDEST = [20, 19] as const;

/** @throws UserError for an older Node.js */
export function requireNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new UserError(
    `Node.js ${OLDEST.join(".")} or later is needed, and this is ${version}: install a newer one from https://nodejs.org`,
  );
}
