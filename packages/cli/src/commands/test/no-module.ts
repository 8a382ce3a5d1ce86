import { type Diagnostic, errorDiagnostic } from "@dovetail/model";

/** What is said where there is no module whose tests could be run. */
export function noModule(folder: string): Diagnostic {
  const detail = `"dovetail test" runs the *.tftest.hcl files of a Terraform module, and ${folder} has no *.tf file.`;
  return errorDiagnostic("DVT2021", "Module not found", {
    detail,
    fix: "Run it in the module's folder, or name that with --config.",
  });
}
