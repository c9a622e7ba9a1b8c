/** The operating system's limit on open files: each connection is one. */

import { t } from "./language.ts";

/** Files that a process has open besides its connections. */
const OTHERS = 100;

/** Most files that this process may have open; Infinity where there is no limit, or none is known. */
export function openFileLimit(): number {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | "unlimited" } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Infinity;
}

/** Why so many connections at once are impossible, and the remedy; undefined if they are possible. */
export function openFileFault(connections: number, limit: number = openFileLimit()): string | undefined {
  const needed = connections + OTHERS;
  return needed <= limit
    ? undefined
    : t`${connections} connections need ${needed} open files, and the limit is ${limit}: raise it with "ulimit -n ${needed}" in this shell`;
}
