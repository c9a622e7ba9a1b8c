const f = (n) => {
  const get = () => n;
  return get;
};
print(f(1)(), f(2)());
