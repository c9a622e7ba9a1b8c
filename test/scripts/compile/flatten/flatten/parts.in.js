function make(parts) {
  let n = 0;
  function next() {
    n++;
    parts.say(n);
  }
  return {
    next,
    reset() {
      n = 0;
    },
  };
}
const counter = make({ say: (n) => print("is", n) });
counter.next();
counter.reset();
counter.next();
counter.next();
