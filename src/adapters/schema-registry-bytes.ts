/** A field of bytes in JSON: its text, where it is one, else base64. */
const decoder = new TextDecoder('utf-8', { fatal: true });

export function textOfBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}
