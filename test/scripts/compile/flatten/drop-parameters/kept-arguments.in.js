const f = function (a) {
  return arguments.length + arguments[0] + a;
};
print(f(1), f(1));
