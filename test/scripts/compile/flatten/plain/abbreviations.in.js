const n = 1,
  m = 2;
const o = {
  n,
  twice() {
    return n * 2;
  },
  own() {
    return this.n;
  },
};
const half = (x) => x / 2;
if (m) print(o.twice(), o.own());
else print("never");
for (let i = 0; i < m; i++) print(half(i));
switch (m) {
  case 2:
    const a = 3,
      b = 4;
    print(a + b);
}
