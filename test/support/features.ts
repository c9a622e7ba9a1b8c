/** `virtual:features` for tests of the sources: all on but sleep, unless a test sets others. */

export let lastingSession = true;
export let exactlyOnce = true;
export let retainedMessages = true;
export let escapedText = true;
export let textSettings = true;
export let textValues = true;
export let ownValues = true;
export let refusableValues = true;
export let bulk = true;
export let newestFirst = true;
export let rules = true;
export let thinning = true;
export let datedPoints = true;
export let ownStart = true;
export let ownCommands = true;
export let ownLed = true;
export let rgbw = true;
export let softwarePwm = true;
export let homeAssistant = true;
export let light = true;
export let severalServers = true;
export let severalNetworks = true;
export let fixedAddress = true;
export let setUpByPhone = true;
export let structs = true;
export let updates = true;
export let remoteControl = true;
/** A board that sleeps is another kind of board: not with the others. */
export let sleeps = false;
export let sleepTime = 0;
export let wakePin = -1;
export let wakeLevel = 0;
export let wakesByReset = false;

export type Features = typeof import("virtual:features");

/** Every feature on, except sleep. */
export const ALL_FEATURES: Features = Object.freeze({
  lastingSession,
  exactlyOnce,
  retainedMessages,
  escapedText,
  textSettings,
  textValues,
  ownValues,
  refusableValues,
  bulk,
  newestFirst,
  rules,
  thinning,
  datedPoints,
  ownStart,
  ownCommands,
  ownLed,
  rgbw,
  softwarePwm,
  homeAssistant,
  light,
  severalServers,
  severalNetworks,
  fixedAddress,
  setUpByPhone,
  structs,
  updates,
  remoteControl,
  sleeps,
  sleepTime,
  wakePin,
  wakeLevel,
  wakesByReset,
});

/** Sets the features for the sources from now on; set {@link ALL_FEATURES} again when done. */
export function setFeatures(features: Features): void {
  ({
    lastingSession,
    exactlyOnce,
    retainedMessages,
    escapedText,
    textSettings,
    textValues,
    ownValues,
    refusableValues,
    bulk,
    newestFirst,
    rules,
    thinning,
    datedPoints,
    ownStart,
    ownCommands,
    ownLed,
    rgbw,
    softwarePwm,
    homeAssistant,
    light,
    severalServers,
    severalNetworks,
    fixedAddress,
    setUpByPhone,
    structs,
    updates,
    remoteControl,
    sleeps,
    sleepTime,
    wakePin,
    wakeLevel,
    wakesByReset,
  } = features);
}
