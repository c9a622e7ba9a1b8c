/** A board's own code whose sensor is missing. */

function fail(): never {
  throw new Error("no sensor on D4");
}

export default {
  start: fail,
  sources: { level: fail },
  commands: { measure: fail },
};
