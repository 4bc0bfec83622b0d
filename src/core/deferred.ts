// A promise with its resolvers outside, portable.

export interface Deferred<T = void> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** The promise never raises `unhandledrejection`: whoever waits on it handles it, or nobody does. */
export function createDeferred<T = void>(): Deferred<T> {
  const { promise, resolve, reject } = withResolvers<T>();
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
