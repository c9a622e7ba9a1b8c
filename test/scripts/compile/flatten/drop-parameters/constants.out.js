const qos = 1;
const send = (text) => {
  print(qos + text, undefined);
};
send("a");
send("b");
const idle = (b) => {
  print(b);
};
idle(2);
idle(4);
const surplus = () => {
  print("surplus");
};
surplus();
