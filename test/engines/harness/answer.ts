/** An answer over HTTP, whose body is read by the schema that the API promises. */
import type { z } from 'zod';

export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;

  private constructor({ status, headers }: Response, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
    try {
      this.json = JSON.parse(text);
    } catch {
      this.json = undefined;
    }
  }

  static async of(response: Response): Promise<Answer> {
    return new Answer(response, await response.text());
  }

  /** Throws where the body does not keep to the schema. */
  as<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
    return schema.parse(this.json);
  }
}
