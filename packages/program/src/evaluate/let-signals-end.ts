const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A module that has not ended its first part by then waits for something, and the loop turns meanwhile. */
const LOADING_MS = 100;

/**
 * Calls the program. Until the loop turns again nobody listens for signals, so that one ends a program that computes for ever: a listener
 * is JavaScript, and none runs then. Nothing is lost by it: the journal has what was begun, and a dead holder's lock is free.
 */
export function callUnheard<T>(call: () => T): T {
  const listenAgain = stopListening();
  try {
    return call();
  } finally {
    setImmediate(listenAgain);
  }
}

/** The same while a module is loaded, which takes turns of the loop before the first line of it runs. */
export async function loadUnheard<T>(load: () => Promise<T>): Promise<T> {
  const listenAgain = stopListening();
  const timer = setTimeout(listenAgain, LOADING_MS);
  timer.unref();
  try {
    return await load();
  } finally {
    clearTimeout(timer);
    setImmediate(listenAgain);
  }
}

/** Calls may overlap: whoever comes first takes the listeners off, and the last one gives them back. */
let open = 0;
let taken: readonly (readonly [signal: NodeJS.Signals, listener: NodeJS.SignalsListener])[] = [];

function stopListening(): () => void {
  if (open++ === 0) {
    taken = SIGNALS.flatMap((signal) => process.listeners(signal).map((listener) => [signal, listener] as const));
    for (const [signal, listener] of taken) process.off(signal, listener);
  }
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    if (--open > 0) return;
    for (const [signal, listener] of taken) process.on(signal, listener);
    taken = [];
  };
}
