let n = 1;
let f = (a) => a + n;
let o = {
  g: () => n,
  h() {
    return this.g();
  },
};
function F() {}
function count() {
  return arguments.length;
}
print(f(1), o.h(), new F() instanceof F, count(1, 2));
