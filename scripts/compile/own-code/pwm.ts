/** Checks that a chip has enough PWM for a board's LED, its parts and its own code. */

import type ts from "typescript";
import type { Board } from "../../boards/board.ts";
import { CHIPS } from "../../boards/chips.ts";
import { pinsOf } from "../../boards/parts.ts";
import type { Remark } from "./remark.ts";
import { t } from "../../cli/language.ts";

/** A call of `analogWrite` with a known pin. */
export interface PwmUse {
  readonly pin: number;
  readonly node: ts.Node;
  /** The frequency, if one is given, and its value, if known. */
  readonly frequency: { readonly node: ts.Node; readonly value: unknown } | undefined;
}

/** Reports the first call that needs more than there is. A pin keeps its PWM. */
export function checkPwm({ chip, led, parts = [] }: Board, uses: readonly PwmUse[]): Remark[] {
  const { pwm, title } = CHIPS[chip];
  const ofParts = parts.flatMap(pinsOf);
  const dimmed = ofParts.flatMap(({ pin, role }) => (role.does === "dim" ? [pin] : []));
  const pulsed = ofParts.flatMap(({ pin, role }) => (role.does === "pulse" ? [pin] : []));
  const plain = new Set<number>([
    ...(led?.kind === "pwm" ? led.pins : []),
    ...dimmed,
    ...(pwm.isSoftware ? pulsed : []),
  ]);
  const own = new Set<number>(pwm.isSoftware ? [] : pulsed);
  const remarks: Remark[] = [];
  for (const { pin, node, frequency } of [...uses].sort((a, b) => a.node.getStart() - b.node.getStart())) {
    const value = frequency?.value;
    const isOwn = !pwm.isSoftware && frequency !== undefined && value !== 0 && value !== pwm.frequency;
    const [pins, most] = isOwn ? [own, pwm.ownFrequency] : [plain, pwm.pins];
    if (pins.size >= most && !pins.has(pin))
      remarks.push(tooMuch(isOwn ? frequency.node : node, isOwn, most));
    pins.add(pin);
  }
  return remarks;

  function tooMuch(node: ts.Node, isOwn: boolean, most: number): Remark {
    const pins = most === 1 ? t`one pin` : t`${most} pins`;
    const message = isOwn
      ? t`analogWrite: ${title} has a frequency of its own for ${pins} only, and D${[...own].join(", D")} took it; leave freq out, which gives ${pwm.frequency} Hz`
      : t`analogWrite: ${title} has PWM for ${pins} only, those of the LED included; use fewer pins`;
    return { node, isError: true, message };
  }
}
