function f(given) {
  const copy = given;
  const again = copy;
  let never;
  return () => [again, never].join();
}
print(f(1)());
