const u16 = (v) => {
  const low = v & 255;
  print(v >> 8, low);
};
const u16$1 = (v$1) => {
  const low$1 = v$1 & 255;
  print(v$1 >> 8, low$1);
};
const f = (a) => {
  u16$1(a);
  u16(a + 1);
};
const f$1 = (a$1) => {
  u16$1(a$1);
  u16(a$1 + 1);
};
f$1(511);
f(2);
