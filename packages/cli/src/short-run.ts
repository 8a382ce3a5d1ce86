import { setFlagsFromString } from "node:v8";

/** A run that takes longer has a heap worth collecting. */
const SHORT_MS = 1_000;

/**
 * Old objects are not collected in the first second from now: a run that is over by then would mark its whole heap, part by part between
 * its own work, to free next to nothing. New objects are collected as ever, and so are old ones where memory runs short.
 * @returns ends it before its time.
 */
export function startWithoutMarking(): () => void {
  setFlagsFromString("--no-incremental-marking");
  const end = () => {
    clearTimeout(timer);
    process.off("exit", end);
    setFlagsFromString("--incremental-marking");
  };
  const timer = setTimeout(end, SHORT_MS).unref();
  // V8's code cache is good only under the flags that it was written under.
  process.prependListener("exit", end);
  return end;
}
