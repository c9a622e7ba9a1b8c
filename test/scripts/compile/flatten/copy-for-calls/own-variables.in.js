const u16 = (v) => {
  const low = v & 255;
  print(v >> 8, low);
};
const f = (a) => {
  u16(a);
  u16(a + 1);
};
f(511);
f(2);
