/**
 * When the board opens an access point of its own, to be set up by phone: when its button is held at boot, when no network
 * answers, and while new settings are on trial.
 */

import { openPortal, PortalPhase, type Portal, type PortalParts } from "./portal";

export interface SetupParts extends PortalParts {
  /** Whether the button is held. */
  isPressed(): boolean;
}

export interface Setup {
  /** Time passed: to be called once a second. */
  tick(): void;
  /** Whether the access point is open. */
  isOpen(): boolean;
  /** Whether the station has to wait. */
  isHeld(): boolean;
  /** The station's try failed. */
  failed(why: string): void;
}

/** Ticks after the boot in which the button is looked at. */
const BUTTON_TICKS = 6;
/** Ticks without a network after which the access point opens, once. */
export const PATIENCE = 60;

export function createSetup(parts: SetupParts): Setup {
  let portal: Portal | undefined;
  let ticks = 0;
  let pressed = 0;
  let wasUp = false;

  return {
    tick() {
      ticks++;
      if (parts.isUp()) wasUp = true;
      if (portal) {
        if (!portal.tick()) portal = undefined;
        return;
      }
      if (ticks > PATIENCE) return;
      const former = ticks === 1 ? parts.former() : undefined;
      pressed = parts.isPressed() ? pressed + 1 : 0;
      const isAsked = ticks <= BUTTON_TICKS && pressed === 2;
      const isLost = ticks === PATIENCE && !wasUp;
      if (former === undefined && !isAsked && !isLost) return;
      // Here and nowhere else, so that its functions and its page stay in flash until then.
      portal = openPortal(
        parts,
        former === undefined ? PortalPhase.Choose : former ? PortalPhase.Trial : PortalPhase.Refused,
        former || [],
        isLost,
      );
    },
    isOpen: () => !!portal,
    isHeld: () => (portal ? portal.isHeld() : false),
    failed(why) {
      if (portal) portal.failed(why);
    },
  };
}
