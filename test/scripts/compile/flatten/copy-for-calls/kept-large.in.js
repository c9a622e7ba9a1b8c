const say = (line) => {
  print("a line that is quite long", line, "and more text than two copies of it are worth");
};
say(1);
say(2);
