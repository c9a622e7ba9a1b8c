const f = (n) => {
  switch (n) {
    case 1:
      const r = [n];
      print(r);
    case 2:
      const o = { n: n };
      print(o.n);
  }
};
f(1);
f(2);
