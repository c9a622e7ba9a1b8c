const f = function () {
  var x;
  x = (x || 0) + 1;
  return x;
};
for (let i = 0; i < 2; i++) {
  const y = f();
  print(y);
}
