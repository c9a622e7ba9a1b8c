/** The shape of a table of texts, regardless of their content. */
export type Table<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Table<T[Key]> };
