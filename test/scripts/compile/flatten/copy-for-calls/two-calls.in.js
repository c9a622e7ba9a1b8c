let n = 0;
const next = () => {
  n++;
  print(n);
};
next();
n = 5;
next();
