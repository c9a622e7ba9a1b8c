const show = (a) => {
  print(a);
};
[1, 1].forEach(show);
show(1);
