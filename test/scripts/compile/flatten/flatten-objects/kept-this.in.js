const o = {
  n: 1,
  f: function () {
    return this.n;
  },
};
const f = function () {
  return this.n;
};
const p = { n: 2, f: f };
print(o.f(), p.f());
