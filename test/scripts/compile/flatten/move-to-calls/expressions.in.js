let n = 0;
const next = () => ++n;
const half = (a) => a / 2;
const pick = (test, yes) => (test ? yes : "none");
print(half(next()), pick(n > 0, 1));
