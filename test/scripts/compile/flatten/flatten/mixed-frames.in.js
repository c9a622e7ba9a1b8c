function joined(head, names, values, each) {
  let text = "";
  for (let i = 0; i < names.length; i++) {
    const value = values[i];
    if (value === null) continue;
    text += (text ? "," : "") + head + names[i] + each(value);
  }
  return text;
}
function u16(value) {
  return String.fromCharCode(value >> 8, value & 255);
}
function sized(bytes) {
  return u16(bytes.length) + bytes;
}
function plainText(value) {
  return value.toString();
}
function fieldText(value) {
  const text = plainText(value);
  return /[,;]/.test(text) ? "refused" : text;
}
function recordHead(id) {
  return fieldText(id) + ",";
}
function type5(ids, time) {
  return (values, at) =>
    "5" + sized(joined(";", ids().map(recordHead), values, fieldText) + (time && at ? time(at) : ""));
}
function type7(numbers, time) {
  const heads = numbers.map(u16);
  let count = 0;
  function each(value) {
    count++;
    return plainText(value);
  }
  return (values, at) => {
    count = 0;
    return "7" + sized(joined("", heads, values, each)) + count + (time && at ? time(at) : "");
  };
}
function localTime(zone) {
  return (at) => "at" + (at + zone);
}
const time = localTime(8);
const encode0 = type5(() => ["a", "b"], time);
const encode1 = type7([65, 66], time);
const encode = (group, values, at) => (group === 0 ? encode0(values, at) : encode1(values, at));
print(encode(0, [1, "x;"], 5), encode(1, [2, null], 0), encode(1, [3, 4], 1));
