let A = (n) => {
  let get = () => n;
  return get;
};

print(A(1)(), A(2)());
