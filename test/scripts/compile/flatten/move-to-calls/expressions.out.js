let n = 0;
const half = (a) => a / 2;
const pick = (test, yes) => (test ? yes : "none");
print(half(++n), pick(n > 0, 1));
