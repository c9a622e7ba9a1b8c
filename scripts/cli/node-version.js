/** The oldest Node.js that runs the project: `engines` of package.json. */
const OLDEST = [20, 19];

/**
 * @param {string} version of Node.js
 * @param {boolean} isChinese
 * @returns {string | undefined} what is wrong with it
 */
export function faultOfNode(version, isChinese) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  const oldest = OLDEST.join(".");
  return isChinese
    ? `需要 Node.js ${oldest} 或更新的版本，而现在是 ${version}：从 https://nodejs.org 安装新版本`
    : `Node.js ${oldest} or later is needed, and this is ${version}: install a newer one from https://nodejs.org`;
}

/**
 * Whether a command speaks Chinese, as languageOf of language.ts says; without the system's own setting, which an old
 * Node.js may not tell.
 * @param {readonly string[]} args after the name of the command
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function isChinese(args, env) {
  if (args.includes("--json")) return false;
  const chosen = / --lang[= ](\S+)/.exec(` ${args.join(" ")}`);
  const [, lang = ""] = chosen || [];
  return /^zh/i.test(lang || env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "");
}
