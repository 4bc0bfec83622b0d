// Lets go of large buffers at once. Worker or Node.

/**
 * Detaches the buffers and frees their memory, which a thread that rests would not collect for minutes; shared ones
 * stay. By a message that nobody gets: `ArrayBuffer.transfer` leaves the memory to whoever hashed the bytes.
 */
export function releaseBuffers(buffers: Iterable<ArrayBufferLike>): void {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(
    null,
    [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer),
  );
  port1.close();
  port2.close();
}
