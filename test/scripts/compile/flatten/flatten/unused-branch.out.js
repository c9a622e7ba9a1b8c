let A = (own) => ({
  obey: (text) => "unknown " + text,
});

print(undefined, A(undefined).obey("on"), A((a) => a).obey("off"));
