/** Teaches kafkajs the three compressions it lacks, in the framings that Java producers and brokers write. */
import { compress as zstdCompress, decompress as zstdDecompress, init as zstdInit } from '@bokuweb/zstd-wasm';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as snappyCompress, uncompress as snappyUncompress } from 'snappy';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** A compressed batch that grows beyond this is refused: more than any broker accepts, so it is damaged or hostile. */
const UNPACKED_MAX_BYTES = 256 * 1024 * 1024;
const ZSTD_LEVEL = 3;

interface Encoded {
  readonly buffer: Buffer;
}

/** Java wraps snappy in the xerial framing: this magic, two version words, then blocks with their length in front. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** Reads bare snappy and the xerial framing. */
export async function unsnap(packed: Buffer): Promise<Buffer> {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return bytes(await snappyUncompress(packed));
  const blocks: Buffer[] = [];
  let unpacked = 0;
  for (let at = XERIAL_HEADER_BYTES; at < packed.length; ) {
    const length = packed.readInt32BE(at);
    const block = bytes(await snappyUncompress(packed.subarray(at + 4, at + 4 + length)));
    unpacked += block.length;
    if (unpacked > UNPACKED_MAX_BYTES) throw new RangeError('a snappy batch unpacks to more than any broker accepts');
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

const bytes = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

const ZSTD_MAGIC = 0xfd2fb528;
let zstd: Promise<void> | undefined;
const zstdReady = () => {
  zstd ??= zstdInit();
  return zstd;
};

/** Reads a zstd frame. A streaming producer leaves the unpacked size out of the frame, so room is doubled until it fits. */
export async function unzstd(packed: Buffer): Promise<Buffer> {
  await zstdReady();
  if (packed.length < 6 || packed.readUInt32LE(0) !== ZSTD_MAGIC)
    throw new RangeError('a zstd batch has no zstd frame');
  const descriptor = packed.readUInt8(4);
  const sizeIsKnown = descriptor >> 6 !== 0 || (descriptor & 0x20) !== 0;
  if (sizeIsKnown) return Buffer.from(zstdDecompress(packed));
  for (let room = Math.max(1024 * 1024, packed.length * 4); ; room *= 2) {
    try {
      return Buffer.from(zstdDecompress(packed, { defaultHeapSize: room }));
    } catch (error) {
      if (room * 2 > UNPACKED_MAX_BYTES) throw error;
    }
  }
}

/** Registers the codecs with kafkajs; safe to call any number of times. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: ({ buffer }: Encoded) => snappyCompress(buffer),
    decompress: unsnap,
  });
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }: Encoded) => compressFrame(buffer),
    decompress: (buffer: Buffer) => decompressFrame(buffer),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: Encoded) => {
      await zstdReady();
      return Buffer.from(zstdCompress(buffer, ZSTD_LEVEL));
    },
    decompress: unzstd,
  });
}
