const g = (n) => {
  const m = [n];
  print(m, m);
};
const f = (k) => {
  switch (k) {
    case 1:
      g(k);
      break;
    default:
      print(0);
  }
};
f(1);
f(2);
f(3);
