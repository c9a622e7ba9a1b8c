let A = (n) => {
  switch (n) {
    case 1:
      let r = [n];
      print(r);

    case 2:
      let o = {
        n: n,
      };
      print(o.n);
  }
};

A(1);

A(2);
