/** `virtual:features` for tests of the sources: everything is there. */

export const lastingSession = true;
export const exactlyOnce = true;
export const escapedText = true;
export const ownValues = true;
export const refusableValues = true;
export const textValues = true;
export const ownCommands = true;
export const ownLed = true;
export const retainedCommands = true;
export const softwarePwm = true;
