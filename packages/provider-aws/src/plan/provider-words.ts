import type { Diagnostic, ResourceSchema, ValueObject } from "@dovetail/model";
import { validateAgainstSchema } from "@dovetail/provider";

/**
 * Where a config does not fit its schema, in the words of the library that the real provider's type is written with; the SDK's places are
 * keys, `a.0.b`. What Terraform's core looks at before comes to it as an argument that is null, or one that is only computed.
 */
export function misfitsOf(schema: ResourceSchema, config: ValueObject): readonly Diagnostic[] {
  return validateAgainstSchema(schema, config).map(schema.plugin === "framework" ? asFramework : asSdk);
}

/** Arguments are called by their whole key (schemaMap.Validate, read 2026-11). */
function asSdk(found: Diagnostic): Diagnostic {
  if (found.attribute === undefined || found.detail === undefined) return found;
  const key = found.attribute.replaceAll(/\[(\d+)\]/g, ".$1");
  const detail = found.detail.replace(/^(The argument|Can't configure a value for) "[^"]+"/, `$1 "${key}"`);
  return { ...found, detail, attribute: key };
}

const MORE =
  "\n\nRefer to the provider documentation or contact the provider developers for additional information about configurable";

/** terraform-plugin-framework, fwserver's attribute validation (read 2026-11). */
function asFramework(found: Diagnostic): Diagnostic {
  const { attribute = "", detail = "" } = found;
  if (detail.startsWith("The argument "))
    return {
      ...found,
      detail: `Must set a configuration value for the ${attribute} attribute as the provider has marked it as required.${MORE} attributes that are required.`,
    };
  if (!detail.startsWith("Can't configure a value for ")) return found;
  return {
    ...found,
    detail: `Cannot set value for this attribute as the provider has marked it as read-only. Remove the configuration line setting the value.${MORE} and read-only attributes that are supported.`,
  };
}
