let A = 1;

let B = 2;

function C(a) {
  let sum = a + A;
  return sum + A;
}

class D {
  get() {
    return A;
  }
}

if (B) {
  let m = 3;
  print(
    m,
    {
      n: A,
    }.n,
  );
}

print(C(B), A, new D().get());
