const f = (n) => (n ? n * f(n - 1) : 1);
print(f(4));
