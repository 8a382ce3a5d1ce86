/** Works once, when it is first asked for. */
export function lazily<T>(work: () => Promise<T>): { (): Promise<T>; isBegun(): boolean } {
  let running: Promise<T> | undefined;
  const ask = () => {
    running ??= work();
    return running;
  };
  return Object.assign(ask, { isBegun: () => running !== undefined });
}
