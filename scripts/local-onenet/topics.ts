/** Matching of topic filters [MQTT-4.7.1]. */

/** Whether the filter matches the topic; neither begins with a wildcard here. */
export function filterMatches(filter: string, topic: string): boolean {
  return filtersMeet(filter, topic);
}

/** Whether some topic matches both filters. */
export function filtersMeet(one: string, another: string): boolean {
  const [a, b] = [one.split("/"), another.split("/")];
  for (let level = 0; ; level++) {
    const [left, right] = [a[level], b[level]];
    if (left === "#" || right === "#") return true;
    if (left === undefined || right === undefined) return left === right;
    if (left !== right && left !== "+" && right !== "+") return false;
  }
}
