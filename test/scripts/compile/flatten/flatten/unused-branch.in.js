const parts = {};
const features = { own: false };
if (parts.refused) parts.refused();
function make(own) {
  return { obey: (text) => (features.own ? own(text) : "unknown " + text) };
}
print(parts.name, make(undefined).obey("on"), make((a) => a).obey("off"));
