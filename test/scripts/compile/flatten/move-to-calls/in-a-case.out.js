const f = (k) => {
  switch (k) {
    case 1:
      {
        const n = k;
        const m = [n];
        print(m, m);
      }
      break;

    default:
      print(0);
  }
};
f(1);
f(2);
f(3);
