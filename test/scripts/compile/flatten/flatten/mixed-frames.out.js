let D = (head, names, values, each) => {
  let text = "";
  for (let i = 0; i < names.length; i++) {
    let value = values[i];
    if (value === null) {
      continue;
    }
    text += (text ? "," : "") + head + names[i] + each(value);
  }
  return text;
};

let E = (value$1) => String.fromCharCode(value$1 >> 8, value$1 & 255);

let F = (bytes) => E(bytes.length) + bytes;

let G = (value$3) => {
  let text$1 = value$3.toString();
  return /[,;]/.test(text$1) ? "refused" : text$1;
};

let H = (id) => G(id) + ",";

let A = (at$2) => "at" + (at$2 + 8);

let I = [65, 66];

let J = I.map(E);

let B = 0;

let K = (value$4) => {
  B++;
  return value$4.toString();
};

let L = (values$2, at$1) => {
  B = 0;
  return "7" + F(D("", J, values$2, K)) + B + (A && at$1 ? A(at$1) : "");
};

let C = (group, values$3, at$3) =>
  group === 0
    ? "5" + F(D(";", ["a", "b"].map(H), values$3, G) + (A && at$3 ? A(at$3) : ""))
    : L(values$3, at$3);

print(C(0, [1, "x;"], 5), C(1, [2, null], 0), C(1, [3, 4], 1));
