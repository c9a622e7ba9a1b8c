let n = 0;
const o = {
  a: [1],
  f: function () {
    return n++;
  },
  last: 0,
};
o.last = o.f();
if (o) print(o.a, o.f(), o.last, o.none, !o);
