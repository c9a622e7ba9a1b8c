/** A board's script that sends other bytes than it means to. */

/**
 * @param change the source of a function that gets each packet as the board writes it to its socket, and returns what
 *   is written instead
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
