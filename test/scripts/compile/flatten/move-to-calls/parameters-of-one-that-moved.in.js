const inner = (x) => x + 1;
const outer = (y) => inner(y) * 2;
print(outer(3));
