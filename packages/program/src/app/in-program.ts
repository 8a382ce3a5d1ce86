import { type Environment, useEnvironment } from "./dot-env.ts";

/** A process has one working folder and one environment: they are the program's while any of its code runs. */
interface Inside {
  readonly root: string;
  count: number;
  readonly leave: () => void;
}

let inside: Inside | undefined;

/** Runs something of the program's with its environment, in its folder; the last one out puts both back. */
export async function inProgram<T>(root: string, environment: Environment, run: () => Promise<T>): Promise<T> {
  const own = inside?.root === root ? inside : enter(root, environment);
  own.count++;
  try {
    return await run();
  } finally {
    own.count--;
    if (own.count === 0) {
      own.leave();
      if (inside === own) inside = undefined;
    }
  }
}

function enter(root: string, environment: Environment): Inside {
  const restore = useEnvironment(environment);
  const before = process.cwd();
  process.chdir(root);
  inside = {
    root,
    count: 0,
    leave() {
      process.chdir(before);
      restore();
    },
  };
  return inside;
}
