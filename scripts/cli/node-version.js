/** The oldest Node.js that runs the project: `engines` of package.json. */
const OLDEST = [20, 19];

/**
 * @param {string} version of Node.js
 * @returns {string | undefined} what is wrong with it
 */
export function faultOfNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Node.js ${OLDEST.join(".")} or later is needed, and this is ${version}: install a newer one from https://nodejs.org`;
}
