/** A control that is pressed for as long as a pointer or a key holds it. */

import { useRef } from "preact/hooks";

/** Handlers of a button. @param turn called with whether it is pressed now */
export function usePress(turn: (isPressed: boolean) => void) {
  const isDown = useRef(false);
  function press(): void {
    isDown.current = true;
    turn(true);
  }
  function release(): void {
    if (!isDown.current) return;
    isDown.current = false;
    turn(false);
  }
  const isKey = (key: string) => key === " " || key === "Enter";
  return {
    onPointerDown({ button, currentTarget, pointerId }: PointerEvent) {
      if (button !== 0) return;
      (currentTarget as Element).setPointerCapture(pointerId); // so that release is noticed anywhere
      press();
    },
    onLostPointerCapture: release,
    onBlur: release,
    onKeyDown(event: KeyboardEvent) {
      if (!isKey(event.key)) return;
      event.preventDefault(); // suppresses the click
      if (!event.repeat) press();
    },
    onKeyUp(event: KeyboardEvent) {
      if (!isKey(event.key)) return;
      event.preventDefault();
      release();
    },
    onClick({ detail }: MouseEvent) {
      if (detail > 0) return; // a pointer's click
      press(); // assistive technology may only click
      release();
    },
  };
}
