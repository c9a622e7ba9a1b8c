function f(given) {
  return () => [given, undefined].join();
}
print(f(1)());
