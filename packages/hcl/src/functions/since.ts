/** Since which version a function is there, where that is not always: Terraform's, OpenTofu's (its 1.6 has all that Terraform's has). */
export const FUNCTIONS_SINCE: { readonly [name: string]: { readonly terraform?: string; readonly opentofu?: string } } = {
  base64gunzip: { opentofu: "1.7" },
  cidrcontains: { opentofu: "1.7" },
  endswith: { terraform: "1.3", opentofu: "1.6" },
  ephemeralasnull: { terraform: "1.10", opentofu: "1.11" },
  issensitive: { terraform: "1.8", opentofu: "1.7" },
  plantimestamp: { terraform: "1.5", opentofu: "1.6" },
  startswith: { terraform: "1.3", opentofu: "1.6" },
  strcontains: { terraform: "1.5", opentofu: "1.6" },
  templatestring: { terraform: "1.9", opentofu: "1.7" },
  timecmp: { terraform: "1.3", opentofu: "1.6" },
  urldecode: { opentofu: "1.7" },
};
