/** What is used of the package, which comes without types. */
declare module "fs-native-extensions" {
  const native: {
    /** false: another process has the lock. Throws what the operating system says. */
    tryLock(file: number): boolean;
  };
  export default native;
}
