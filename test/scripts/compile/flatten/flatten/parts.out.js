let A = 0;

let B = () => {
  A++;
  print("is", A);
};

B();

A = 0;

B();

B();
