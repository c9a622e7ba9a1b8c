let n = 1;
let once = 2;
function add(a) {
  let sum = a + n;
  return sum + n;
}
class Box {
  get() {
    return n;
  }
}
if (once) {
  let m = 3;
  print(m, { n: n }.n);
}
print(add(once), n, new Box().get());
