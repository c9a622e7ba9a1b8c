let n = 0;
const o_a = [1];
function o_f() {
  return n++;
}
let o_last = 0;
o_last = o_f();
if (true) print(o_a, o_f(), o_last, undefined, !true);
