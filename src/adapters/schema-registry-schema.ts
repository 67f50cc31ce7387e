/** What a schema registry hands out, and what is made of it. */

/** A schema with those it refers to, by the name it uses for each. */
export interface Schema {
  readonly text: string;
  readonly references: readonly { readonly name: string; readonly schema: Schema }[];
}

/** Makes JSON of the payload of one schema. May throw: the bytes need not be what the schema says. */
export type Decoder = (payload: Uint8Array) => string;
