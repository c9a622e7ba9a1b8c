const qos = 1;
const send = (text, q, dup) => {
  print(q + text, dup);
};
send("a", qos);
send("b", qos);
const idle = (a, b) => {
  print(b);
};
idle(1, 2);
idle(3, 4);
const surplus = () => {
  print("surplus");
};
surplus(1, "x");
