let n = 0;
const next = () => {
  n++;
  print(n);
};
const next$1 = () => {
  n++;
  print(n);
};
next$1();
n = 5;
next();
