/** The program that `dovetail cloud start` leaves running. `node serve.ts --data-dir FOLDER [--port N] [--account ID] [--region R] [--no-iam] [--durable | --volatile] [--init-dir FOLDER] [--trace-events N]` */
import { enableCompileCache } from "node:module";

// V8's code cache of what was compiled before: a fifth of the start. It must be on before the program is loaded.
enableCompileCache();
await import("./serve-process.ts");
