/** What a part does that its board drives. */
export type Output =
  /** `#rrggbb` of each LED, in order; black while it is dark. */
  | { readonly does: "shine"; readonly pixels: readonly string[] }
  | { readonly does: "switch" | "sound"; readonly isOn: boolean }
  /** Power in %, 0–100. */
  | { readonly does: "drive"; readonly percent: number }
  /** Degrees; null while it gets no pulses. */
  | { readonly does: "turn"; readonly angle: number | null };
