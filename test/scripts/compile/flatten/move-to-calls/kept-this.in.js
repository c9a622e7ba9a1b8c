const f = function () {
  return this === undefined || this === globalThis;
};
print(f());
