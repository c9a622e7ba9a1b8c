/** Examines a board: this computer, the servers, the port, the interpreter, open access, and docs/chip.md. */

import type { Check, Visit } from "./visit.ts";
import { perform } from "./visit.ts";
import { BOARD_CHECKS } from "./checks/board.ts";
import { COMPUTER_CHECKS } from "./checks/computer.ts";
import { DOOR_CHECKS, LAST_CHECKS } from "./checks/doors.ts";
import { PORT_CHECKS } from "./checks/port.ts";
import { SERVER_CHECKS } from "./checks/servers.ts";
import { factOf, type FactId } from "./facts.ts";
import type { Consent } from "./consent.ts";
import type { Row } from "./finding.ts";
import { PROBES, type Probe } from "./probes.ts";
import { targetOf, type Target } from "./target.ts";
import { TRIALS, type Trial } from "./trials.ts";

/** A fact of docs/chip.md, compared with the board. */
export interface FactRow {
  readonly fact: FactId;
  readonly title: string;
  /** What was observed. */
  readonly what: string;
  /** `differs`: the board behaves differently from the page. */
  readonly state: "as expected" | "differs" | "skipped";
  readonly expected: string;
  /** What was seen, or why nothing could be. */
  readonly seen: string;
}

export interface Examination {
  readonly rows: readonly Row[];
  readonly facts: readonly FactRow[];
}

/** @throws the reason of the visit's signal if aborted */
export async function examine(visit: Visit, consent: Consent): Promise<Examination> {
  const { signal } = visit;
  const rows: Row[] = [];
  const facts: FactRow[] = [];

  async function go(checks: readonly Check[]): Promise<void> {
    for (const check of checks) {
      signal.throwIfAborted();
      visit.note(check.name);
      const row = await perform(check, visit);
      if (row) rows.push(row);
    }
  }

  try {
    await go([...COMPUTER_CHECKS, ...SERVER_CHECKS, ...PORT_CHECKS, ...BOARD_CHECKS, ...DOOR_CHECKS]);
    if (visit.console && visit.environment) {
      const target = targetOf(visit.environment, visit.board);
      for (const probe of PROBES) facts.push(...(await hold(probe, visit, target)));
      for (const trial of TRIALS) facts.push(...(await hold(trial, visit, target, consent)));
    }
    await go(LAST_CHECKS);
    signal.throwIfAborted();
    return { rows, facts };
  } finally {
    await visit.console?.leave();
  }
}

/** Compares a fact with the board; nothing if it does not apply to this board. */
async function hold(
  probe: Probe | Trial,
  { console, note, signal }: Visit,
  target: Target,
  consent?: Consent,
): Promise<FactRow[]> {
  signal.throwIfAborted();
  if (!console) return [];
  const { id: fact, title } = factOf(probe.fact);
  note(`${fact}: ${probe.what}`);
  const row = { fact, title, what: probe.what };
  try {
    const expected = await probe.expected(target, console);
    if (expected === undefined) return [];
    const refusal = consent && "change" in probe ? await consent.refuse(probe) : undefined;
    if (refusal !== undefined) return [{ ...row, expected, state: "skipped", seen: refusal }];
    try {
      const seen = await probe.see(console, target);
      const fits = probe.fits ? probe.fits(seen, expected) : seen === expected;
      return [{ ...row, expected, seen, state: fits ? "as expected" : "differs" }];
    } catch (error) {
      return [{ ...row, expected, state: "skipped", seen: messageOf(error) }];
    }
  } catch (error) {
    return [{ ...row, expected: "", state: "skipped", seen: messageOf(error) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
