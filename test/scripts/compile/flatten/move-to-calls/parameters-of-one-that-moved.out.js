const outer = (y) => (y + 1) * 2;
print(outer(3));
