/** A text that commands set. */

import { utf8Fault } from "../mqtt/bytes";

export interface TextSetting {
  /** False if the text is empty, too long, not UTF-8, or contains a control character. */
  obey(text: string): boolean;
  read(): string;
}

/**
 * @param value at the boot
 * @param longest most bytes of UTF-8
 * @param changed gets each new text
 */
export function createTextSetting(
  value: string,
  longest: number,
  changed: (value: string) => void,
): TextSetting {
  return {
    obey(text) {
      if (!isText(text, longest)) return false;
      value = text;
      changed(text);
      return true;
    },
    read: () => value,
  };
}

/** Whether bytes are a text of 1 to `longest` bytes of UTF-8, without control characters. */
export function isText(bytes: string, longest: number): boolean {
  if (!bytes || bytes.length > longest || utf8Fault(bytes)) return false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    // U+0080 to U+009F are control characters, too.
    if (byte < 32 || byte === 127 || (byte === 194 && bytes.charCodeAt(i + 1) < 160)) return false;
  }
  return true;
}
