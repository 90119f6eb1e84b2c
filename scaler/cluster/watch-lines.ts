// The lines of a watch: one JSON object per line, in chunks that end anywhere, also inside a character. Each line is
// decoded by itself, so that no string of ours keeps a whole chunk alive.

/** No Kubernetes object is larger than etcd's 1.5 MiB; a line without end must not fill the memory. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** Gives the lines that each chunk completes; the rest waits for the next chunk. */
export function lineDecoder(): (chunk: Uint8Array, take: (line: string) => void) => void {
  let rest: Buffer[] = [];
  let restBytes = 0;
  return (bytes, take) => {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      if (restBytes > 0) {
        take(Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8'));
        rest = [];
        restBytes = 0;
      } else if (end > start) {
        take(chunk.toString('utf8', start, end));
      }
      start = end + 1;
    }
    if (start === chunk.length) return;
    restBytes += chunk.length - start;
    if (restBytes > LONGEST_LINE_BYTES) throw new Error(`a line of more than ${LONGEST_LINE_BYTES} bytes`);
    rest.push(chunk.subarray(start));
  };
}
