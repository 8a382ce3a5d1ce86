import type { DiagnosticCode } from "@dovetail/model";

/** What each code means and what to do, for `dovetail explain` and docs/diagnostics.md. A test wants a row for every code. */
export const EXPLANATIONS: { readonly [code in DiagnosticCode]?: string } = {
  DVT1001:
    "No sst.config.ts was found in this folder or above it. Run the command in the app's folder, or name the file with --config.",
  DVT1002:
    "The program could not be bundled: a syntax error or an import that does not resolve. The place is the one esbuild named.",
  DVT1003:
    "The program threw while it ran. Nothing of a program that fails half-way is deployed. The place is the user's own line nearest to the throw.",
  DVT1004:
    "app() must return a name, and what it returns must have the types that SST documents. Stage and app names are letters, digits and hyphens.",
  DVT1005:
    "The resource or component has no argument of this name; it would have been ignored. The nearest existing name is offered.",
  DVT1006:
    "The argument has another type than the schema says: a list where one value is wanted, a word where a number is wanted.",
  DVT1007: "The schema requires this argument and the program leaves it out (or passes undefined).",
  DVT1008:
    "An Output was used where a plain string was expected: in a template literal, JSON.stringify or +. Real Pulumi would write a garbage string there. Dovetail carries the value; write pulumi.interpolate (or $interpolate, pulumi.jsonStringify) to have it work everywhere.",
  DVT1009:
    "Lambda provides this environment variable itself and refuses a function that sets it. Dovetail drops it; take it out of the program.",
  DVT1010:
    "A file or folder that the program packages does not exist yet. Build it first; where the folder's package.json has a build script, the command is shown.",
  DVT1011:
    "The function's handler names a file or an export that its archive does not hold. Lambda would fail at the first call.",
  DVT1012: "Two resources of one type have the same name. Names must be unique: they are the address in the state.",
  DVT1013: "Resources depend on each other in a circle, so that none can be made first.",
  DVT1014:
    "A stack's module is imported and its function never called, so nothing of it is deployed. Call its default export in run().",
  DVT1015: "The library has no class or function of this name.",
  DVT1016: "A module that the program imports cannot be found.",
  DVT1017: "The program ran and declared no resource.",
  DVT1018: "pulumi.Config.require asked for a key that no configuration sets.",
  DVT1019: "An argument was given in another form than AWS takes (an object where JSON text is wanted) and was converted.",
  DVT1020:
    "A bundled file imports a module that the archive does not hold. Locally it resolves from the project; on AWS the function would fail.",
  DVT1021: "What the program said through pulumi.log, with the level that it chose.",
  DVT1022:
    'A text that goes to AWS has "undefined", "NaN" or "[object Object]" in it: usually an environment variable that is not set, or a property that does not exist.',
  DVT1023:
    "A configuration value that is kept encrypted was read as plain text (get, require). What is made of it is not treated as a secret any more; getSecret and requireSecret keep it one.",
  DVT1024:
    "The program waits for a promise, and nothing is left that could resolve it: no timer, no request, no other resource. A run that waited for it would never end.",
  DVT2001:
    "The text is not HCL as Terraform reads it: a bracket is not closed, a newline or an equals sign is missing, a character does not belong there. The summary and text are Terraform's own; every error of a file is told in one run.",
  DVT2002:
    "Expressions or blocks are nested in each other more deeply than any configuration is; most likely the file was made by a program that went astray.",
  DVT2003:
    "An expression has no value: a reference to something that is not there, operands of the wrong type, a function's complaint. The summary and text are Terraform's own.",
  DVT2004:
    "A block lacks an argument that it must have, or has an argument or a block that it must not have. Where a name is nearly right, the right one is offered.",
  DVT2020:
    "What a .tf or .tf.json file declares is not well formed: a name declared twice, a name that is none, an argument of another form than the language wants. The words are Terraform's own; both places are named where two collide.",
  DVT2021:
    "A module's source cannot be understood, leads nowhere, calls itself, or names something that is not on this machine. Nothing is downloaded: run terraform init once, or put the module into one of the folders that the message lists (DOVETAIL_MODULES names more).",
  DVT2022:
    "A variable has no value, one of another type than it declares, or a value was given to a variable that the root module does not declare. Values come from TF_VAR_ environment variables, terraform.tfvars, *.auto.tfvars, -var-file and -var, the later winning.",
  DVT2023:
    "An expression refers to a variable, local value, resource or module that this module does not declare, or that means nothing where the expression stands (count, each, self).",
  DVT2024:
    "Things depend on each other in a circle, so that none can be evaluated first. Take one of the references away, or split one of them.",
  DVT2025:
    "count must be a whole number and for_each a map or a set of strings, both known when the plan is made and not sensitive, since instances are named by them.",
  DVT2026:
    "A validation, precondition, postcondition or check of the configuration is false. The message is the configuration's own.",
  DVT2027: "required_version does not allow the version of the language that Dovetail reads.",
  DVT2028: "Terraform has this and Dovetail has not: it is refused by name rather than ignored.",
  DVT2029:
    "The command of a local-exec provisioner failed. A resource whose create-time provisioner fails is tainted: the next deploy replaces it.",
  DVT2030: "A moved, removed or import block contradicts the configuration or another such block.",
  DVT2031:
    "A sensitive value would be shown, or an ephemeral one kept. Mark the output sensitive, or use the value only where it may be used.",
  DVT2005:
    "The expression has a value, but not one that the argument can take: a list where one text is wanted, an object without an attribute that it must have. Terraform converts between text, numbers and bools by itself, and nothing else.",
  DVT2006:
    "A dynamic block does not say what it is to make: for_each is not a collection, the content block is missing or there twice, a label is not known yet.",
  DVT3001: "The configuration of a resource is not valid; the text is the provider's own.",
  DVT3002:
    "Two resources manage the same object (two policies of one bucket, the same physical name twice). Each would undo the other's work. A Terraform root is only warned: what is applied last wins, as with Terraform.",
  DVT3003: "The resource is protected and the plan would destroy or replace it. Take protect away first, in a deploy of its own.",
  DVT3004:
    "No provider here serves this resource type. docs/types.md lists what Dovetail serves itself; any other type of the AWS provider is served by the real provider's binary, where this machine has one. The message says where it was looked for.",
  DVT3005:
    "The provider is not one that Dovetail brings, and its binary is not on this machine. The message says where it was looked for, and how to get it.",
  DVT3006: "The resource type is served, but this argument of it is not carried out yet. It is refused rather than ignored.",
  DVT3007: "AWS would refuse the name: too long, or characters that the service does not allow.",
  DVT3008:
    "The alarm watches a metric that AWS never emits: a misspelled name, the wrong namespace or the wrong dimension. It would never fire.",
  DVT3009: "AWS refuses this setting, or accepts it and never acts on it.",
  DVT3010: "An address given on the command line is not in the plan.",
  DVT3011: "A resource depends on one that the program does not declare, or declares only later.",
  DVT3012:
    "A value looks like one that was to be replaced (an account of AWS's examples, REPLACE_ME, an empty ARN), on a stage that app() protects.",
  DVT4001: "AWS refused or failed an operation. AWS's own code, status and request id are shown.",
  DVT4002:
    "While applying, the program asked for something that the plan did not have. The run stops rather than do what nobody has seen.",
  DVT4003: "A provider returned another value than it had promised in the plan. This is a fault of the provider.",
  DVT4004: "An object of this name exists and is not in the state. Import it, or choose another name.",
  DVT4005: "The service did not reach the wanted state in time.",
  DVT4006: "The object that was to be imported was not found, or its id has the wrong form.",
  DVT4007: "The run was interrupted. What had been done is recorded; run the command again to go on.",
  DVT4008: "Something that this resource depends on failed, so it was not attempted.",
  DVT4009:
    "A hook of the program threw. One before an operation keeps it from happening; after one it is a warning, since the operation is done.",
  DVT4010:
    "A provider that runs as a process of its own (a plugin found on this machine) said this; the words are its own, and its documentation explains them.",
  DVT4011:
    "A provider's process could not be started, ended in the middle of a call, or did not answer. What had been done before is in the state.",
  DVT5001:
    "Another run holds the lock of this stage. The message says who, where and since when. A dead holder's lock frees itself.",
  DVT5002: "The state file cannot be read as state. It was left as it is; the backup beside it is the version before.",
  DVT5003: "The state belongs to another app, lineage or a newer format.",
  DVT5004: "The lock ran out or was taken over while this run was working; it stopped before doing anything more.",
  DVT5005: "The state or the journal could not be written (a full disk, missing rights). Nothing recorded before is lost.",
  DVT5006: "A record in the middle of the journal is damaged.",
  DVT5007: "The state has no resource of this address.",
  DVT5008: "The state changed after this plan was made, or the plan is another program's. Nothing of it was carried out.",
  DVT5009:
    "The folder is not initialised for the backend that its configuration names, as terraform wants it too. dovetail init does that: the states are copied with -migrate-state, left where they are with -reconfigure.",
  DVT5010: "The backend that keeps the state did not do what it was asked; the message has its own words.",
  DVT5011: "The state or plan is encrypted, and none of the configured methods opens it. It was left as it is.",
  DVT6001: "The embedded AWS did not start. Its log lies in its data folder.",
  DVT6002: "Another program listens on the port that was asked for.",
  DVT6003: "The command needs the embedded AWS, and it does not run or does not answer.",
  DVT6004: "Another process has this data folder open.",
  DVT6005: "The data folder cannot be read as the embedded AWS's data.",
  DVT6006:
    "A snapshot of the embedded AWS is a folder with snapshot.json, data.mdb and the files named there. It is loaded only whole, in its own format, and into a cloud of the account that saved it.",
  DVT7001: "The command line was not understood.",
  DVT7002: "A stage is letters, digits and hyphens; without --stage it comes from SST_STAGE, .sst/stage or the user's name.",
  DVT7003: "The command changes something and nobody is there to confirm it. Pass --yes.",
  DVT7004: "The target is not one that this app or command allows.",
  DVT7005: "The app protects this stage: it is neither removed nor watched (dovetail dev). Take protect away first.",
  DVT7006: "The command is planned and does not exist yet; dovetail help lists those apart.",
  DVT7007: "With the local target nothing may leave this machine; a connection that would have was refused.",
  DVT7008:
    "Something of the app has no counterpart in Terraform's language, or no provider of Terraform's has it (a pulumi.dynamic.Resource). The export is complete but for it; the message names it.",
  DVT7009:
    "What the program says differs from what is deployed, so a plan of the export has the changes that a deploy would make. Deploy, then export again.",
  DVT9001: "Dovetail itself failed. Please report it with the lines shown.",
};
