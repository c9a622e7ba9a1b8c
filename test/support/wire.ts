/** Modifies a board's script so that it sends different bytes. */

/**
 * @param change the source of a function that receives each packet the board writes to its socket, and returns the
 *   replacement
 */
export function sending(script: string, change: string): string {
  return `(function (real) {
    function require(name) {
      return name !== "net" ? real(name) : { connect };
    }
    function connect(options, connected) {
      const socket = real("net").connect(options, connected);
      return {
        on: (event, listener) => socket.on(event, listener),
        write: (bytes) => socket.write((${change})(bytes)),
        end: () => socket.end(),
      };
    }
    ${script}
  })(require);`;
}

/** A board's script with another keep alive. @param keepAlive in s */
export function withKeepAlive(script: string, keepAlive: number): string {
  const change = `(bytes) => {
    const at = bytes.indexOf("MQTT") + 6;
    if (bytes[0] !== "\\x10") return bytes;
    return bytes.substring(0, at) + String.fromCharCode(${keepAlive >> 8}, ${keepAlive & 255}) + bytes.substring(at + 2);
  }`;
  return sending(script, change);
}
