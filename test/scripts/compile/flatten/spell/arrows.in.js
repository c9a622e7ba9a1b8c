const n = 1;
function f(a) {
  return a + n;
}
const o = {
  g: function () {
    return n;
  },
  h() {
    return this.g();
  },
};
function F() {}
function count() {
  return arguments.length;
}
print(f(1), o.h(), new F() instanceof F, count(1, 2));
